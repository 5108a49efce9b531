namespace Hutch.Reduction.Sources.Adara;

/// <summary>The events of beam monitors of a pulse.</summary>
internal ref struct MonitorEvents
{
    private const int HeadWords = 4;
    private const int SectionWords = 3;
    private const uint IsCorrected = 0x8000_0000;
    private const uint TofBits = 0x1f_ffff;

    private ReadOnlySpan<uint> _rest;
    private ReadOnlySpan<uint> _events;
    private uint _offset;

    /// <summary>The current monitor.</summary>
    public uint Monitor { get; private set; }

    /// <summary>How many events it has.</summary>
    public readonly int Count => _events.Length;

    /// <summary>Reads a packet.</summary>
    /// <returns>False if it is damaged: then nothing of it is to be used.</returns>
    public static bool TryRead(AdaraPacket packet, out MonitorEvents events)
    {
        var words = packet.Words;
        events = default;
        if (words.Length < HeadWords)
            return false;
        events._rest = words[HeadWords..];
        var walk = events;
        while (walk.MoveNext())
        {
        }
        return walk._rest.Length == 0 || (packet.Version > 1 && walk._rest.Length < SectionWords);
    }

    /// <summary>Goes to the next monitor.</summary>
    public bool MoveNext()
    {
        if (_rest.Length < SectionWords || (_rest[0] & 0x3f_ffff) > (uint)(_rest.Length - SectionWords))
            return false;
        var count = (int)(_rest[0] & 0x3f_ffff);
        (Monitor, _offset) = (_rest[0] >> 22, (_rest[2] & IsCorrected) != 0 ? 0 : _rest[2]);
        _events = _rest.Slice(SectionWords, count);
        _rest = _rest[(SectionWords + count)..];
        return true;
    }

    /// <summary>The time of flight of an event, in microseconds.</summary>
    public readonly float Tof(int index) => (float)(((_events[index] & TofBits) + (double)_offset) / 10);
}
