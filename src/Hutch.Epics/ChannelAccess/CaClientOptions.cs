namespace Hutch.Epics.ChannelAccess;

/// <summary>How a <see cref="CaClient"/> finds PVs. What is left out, libca takes from the environment (<c>EPICS_CA_*</c>).</summary>
public sealed record CaClientOptions
{
    /// <summary>Where to search (<c>EPICS_CA_ADDR_LIST</c>): addresses with or without a port, with blanks between. Given alone, broadcasts are not used.</summary>
    public string? AddressList { get; init; }

    /// <summary>How long a read or put waits for the connection and the answer. Default: 5 s, as pyepics and caget have it for one step.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After a reconnect, monitors are requested at a random time within this, so that a server with many PVs is not flooded. Default: none.</summary>
    public TimeSpan ReconnectJitter { get; init; } = TimeSpan.Zero;

    /// <summary>How many channels a second are opened or monitored again. Default: 20000.</summary>
    public int Rate { get; init; } = 20_000;

    internal IReadOnlyDictionary<string, string> Environment => AddressList is null
        ? new Dictionary<string, string>()
        : new Dictionary<string, string> { ["EPICS_CA_ADDR_LIST"] = AddressList, ["EPICS_CA_AUTO_ADDR_LIST"] = "NO" };
}
