using Hutch.Epics.ChannelAccess;

namespace Hutch.Epics.Serving;

/// <summary>A monitor of a client.</summary>
internal sealed class Subscription(Circuit circuit, ServedPv pv, uint id, int dbrType, uint count, PvEvents events)
{
    public Circuit Circuit => circuit;

    public ServedPv Pv => pv;

    public uint Id => id;

    public int DbrType => dbrType;

    /// <summary>How many elements the client wants; 0: as many as there are.</summary>
    public uint Count => count;

    public PvEvents Events => events;

    /// <summary>The newest value that waits because the client does not read as fast as values come; under the circuit's lock.</summary>
    public PvUpdate? Waiting { get; set; }

    public bool Ended { get; set; }
}
