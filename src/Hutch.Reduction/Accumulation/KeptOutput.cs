using Hutch.Reduction.Workers;

namespace Hutch.Reduction.Accumulation;

/// <summary>A copy of the outputs of a chunk whose turn has not come yet, so that its worker can go on.</summary>
internal sealed class KeptOutput : IOutputReader
{
    private readonly Dictionary<WorkerArray, byte[]> _data = new(ReferenceEqualityComparer.Instance);

    public KeptOutput(IOutputReader output)
    {
        Arrays = output.Arrays;
        foreach (var array in Arrays.Concat(Arrays.Select(a => a.X).OfType<WorkerArray>()))
            _data[array] = output.ReadAll(array);
    }

    public IReadOnlyList<WorkerArray> Arrays { get; }

    public void Read(WorkerArray array, long from, Span<byte> target) => _data[array].AsSpan((int)from, target.Length).CopyTo(target);
}
