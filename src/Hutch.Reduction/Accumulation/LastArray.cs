using Hutch.Reduction.Workers;

namespace Hutch.Reduction.Accumulation;

/// <summary>The output of the last chunk.</summary>
internal sealed class LastArray(WorkerArray first) : AccumulatedArray(first)
{
    private byte[] _data = [];
    private string _type = first.Type;
    private IReadOnlyList<long> _shape = first.Shape;

    public override string Type => _type;

    public override IReadOnlyList<long> Shape => _shape;

    public override long Bytes => _data.Length;

    public override void Check(WorkerArray array)
    {
    }

    public override void Take(IOutputReader output, WorkerArray array)
    {
        if (_data.Length != array.Bytes)
            _data = output.ReadAll(array);
        else
            output.Read(array, 0, _data);
        (_type, _shape) = (array.Type, array.Shape);
    }

    public override void CopyTo(Span<byte> target) => _data.CopyTo(target);
}
