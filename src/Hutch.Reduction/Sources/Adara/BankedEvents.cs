namespace Hutch.Reduction.Sources.Adara;

/// <summary>The events of a pulse by source and bank.</summary>
internal ref struct BankedEvents
{
    private const int SectionWords = 4;
    private const int BankWords = 2;
    private const uint IsCorrected = 0x8000_0000;

    private ReadOnlySpan<uint> _rest;
    private uint _banks;
    private uint _offset;

    private BankedEvents(ReadOnlySpan<uint> words)
    {
        Charge = words[0] * 10.0;
        Flags = words[3];
        _rest = words[SectionWords..];
    }

    /// <summary>The charge of the pulse, in pC.</summary>
    public double Charge { get; }

    /// <summary>Bits 31-20 veto flags, 19-0 flags.</summary>
    public uint Flags { get; }

    /// <summary>The current bank.</summary>
    public uint Bank { get; private set; }

    /// <summary>Its events.</summary>
    public PairedEvents Events { get; private set; }

    /// <summary>Whether its events are of no pixel: errors, or not mapped.</summary>
    public readonly bool IsOfNoPixel => Bank >= 0xffff_fffe;

    /// <summary>Reads a packet.</summary>
    /// <returns>False if it is damaged: then nothing of it is to be used.</returns>
    public static bool TryRead(AdaraPacket packet, out BankedEvents events)
    {
        events = default;
        var words = packet.Words;
        if (words.Length < SectionWords)
            return false;
        events = new BankedEvents(words);
        var walk = events;
        while (walk.MoveNext())
        {
        }
        // A newer version may have more behind what is known.
        return walk is { _banks: 0 } && (walk._rest.Length == 0 || (packet.Version > 1 && walk._rest.Length < SectionWords));
    }

    /// <summary>Goes to the next bank.</summary>
    /// <returns>False if there is none, or if what follows is damaged.</returns>
    public bool MoveNext()
    {
        while (_banks == 0)
        {
            if (_rest.Length < SectionWords)
                return false;
            (_offset, _banks) = ((_rest[2] & IsCorrected) != 0 ? 0 : _rest[2], _rest[3]);
            _rest = _rest[SectionWords..];
        }
        if (_rest.Length < BankWords || _rest[1] > (uint)(_rest.Length - BankWords) / 2)
            return false;
        var count = (int)_rest[1] * 2;
        Bank = _rest[0];
        Events = new PairedEvents(_rest.Slice(BankWords, count), _offset);
        _rest = _rest[(BankWords + count)..];
        _banks--;
        return true;
    }
}
