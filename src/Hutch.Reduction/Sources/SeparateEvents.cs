namespace Hutch.Reduction.Sources;

/// <summary>Events as two arrays of the same length.</summary>
internal readonly ref struct SeparateEvents(ReadOnlySpan<uint> ids, ReadOnlySpan<float> tofs) : IEvents
{
    private readonly ReadOnlySpan<uint> _ids = ids;
    private readonly ReadOnlySpan<float> _tofs = tofs;

    public int Count => _ids.Length;

    public float Tof(int index) => _tofs[index];

    public uint Id(int index) => _ids[index];
}
