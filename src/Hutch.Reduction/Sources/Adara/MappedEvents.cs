namespace Hutch.Reduction.Sources.Adara;

/// <summary>The events that a source has put into one packet of a pulse, before the stream management service sorts them into banks.</summary>
internal readonly ref struct MappedEvents
{
    private const int HeadWords = 6;
    private const uint IsCorrected = 0x8000_0000;
    private const int VetoBits = 0xfff;

    private MappedEvents(ReadOnlySpan<uint> words)
    {
        Charge = (words[2] & 0xff_ffff) * 10.0;
        Flags = ((words[3] >> 10) & VetoBits) << 20;
        Events = new PairedEvents(words[HeadWords..], (words[5] & IsCorrected) != 0 ? 0 : words[5]);
    }

    /// <summary>The charge of the pulse, in pC. Each packet of the pulse says it.</summary>
    public double Charge { get; }

    /// <summary>Bits 31-20 veto flags, as in banked events.</summary>
    public uint Flags { get; }

    /// <summary>The events.</summary>
    public PairedEvents Events { get; }

    /// <summary>Reads a packet.</summary>
    /// <returns>False if it is damaged: then nothing of it is to be used.</returns>
    public static bool TryRead(AdaraPacket packet, out MappedEvents events)
    {
        events = default;
        var words = packet.Words;
        if (words.Length < HeadWords || words.Length % 2 != 0)
            return false;
        events = new MappedEvents(words);
        return true;
    }
}
