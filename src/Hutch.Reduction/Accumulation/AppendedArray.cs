using Hutch.Reduction.Workers;

namespace Hutch.Reduction.Accumulation;

/// <summary>Outputs one behind the other along the first axis; numbers make a row.</summary>
internal sealed class AppendedArray(WorkerArray first) : AccumulatedArray(first)
{
    private readonly List<byte[]> _parts = [];
    private readonly long[] _rowShape = [.. first.Shape.Skip(1)];
    private long _rows;
    private long _bytes;

    public override string Type { get; } = first.Type;

    public override IReadOnlyList<long> Shape => [_rows, .. _rowShape];

    public override long Bytes => _bytes;

    public override void Check(WorkerArray array)
    {
        if (array.Type != Type || !array.Shape.Skip(1).SequenceEqual(_rowShape))
            throw Unfit(array);
        if (Bytes + array.Bytes > Array.MaxLength)
            throw new ScriptException($"output {Name} has grown to {Bytes} bytes, but at most {Array.MaxLength} are possible: output less, or choose another accum_method");
    }

    public override void Take(IOutputReader output, WorkerArray array)
    {
        _parts.Add(output.ReadAll(array));
        _bytes += array.Bytes;
        _rows += array.Shape.Count == 0 ? 1 : array.Shape[0];
    }

    public override void CopyTo(Span<byte> target)
    {
        foreach (var part in _parts)
        {
            part.CopyTo(target);
            target = target[part.Length..];
        }
    }
}
