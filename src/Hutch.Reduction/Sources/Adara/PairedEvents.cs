namespace Hutch.Reduction.Sources.Adara;

/// <summary>Events as ADARA has them: words in pairs, time of flight in units of 100 ns, and pixel.</summary>
/// <param name="words">The pairs.</param>
/// <param name="offset">Added to each time of flight, in units of 100 ns.</param>
internal readonly ref struct PairedEvents(ReadOnlySpan<uint> words, uint offset) : IEvents
{
    private readonly ReadOnlySpan<uint> _words = words;
    private readonly double _offset = offset;

    public int Count => _words.Length / 2;

    public float Tof(int index) => (float)((_words[2 * index] + _offset) / 10);

    public uint Id(int index) => _words[(2 * index) + 1];
}
