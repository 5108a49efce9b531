namespace Hutch.Epics.Buffering;

/// <summary>How a PV of a buffer is.</summary>
public enum BufferedPvState
{
    /// <summary>No server has answered for it since it was asked for.</summary>
    NeverConnected,

    /// <summary>It was connected and is not any more.</summary>
    Disconnected,

    /// <summary>It is connected, and its last event is younger than the limit of silence.</summary>
    Connected,

    /// <summary>It is connected, but has had no value for longer than the limit of silence.</summary>
    Silent,
}
