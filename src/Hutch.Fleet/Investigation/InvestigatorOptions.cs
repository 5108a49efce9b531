using Hutch.Fleet.Ssh;

namespace Hutch.Fleet.Investigation;

/// <summary>How an investigator works; members of its configuration.</summary>
internal sealed record InvestigatorOptions
{
    /// <inheritdoc cref="SshOptions.HostKeyPolicy"/>
    public HostKeyPolicy HostKeyPolicy { get; init; } = HostKeyPolicy.AcceptNew;

    /// <inheritdoc cref="SshOptions.ConnectTimeoutS"/>
    public double ConnectTimeoutS { get; init; } = 10;

    /// <summary>How often a host that does not answer is tried. Default 3.</summary>
    public int Tries { get; init; } = 3;

    /// <summary>The pause between, in seconds. Default 5.</summary>
    public double TryPauseS { get; init; } = 5;

    /// <summary>How many hosts are investigated at once in this process. Default 8.</summary>
    public ushort Concurrency { get; init; } = 8;

    /// <summary>What makes a host a node.</summary>
    public BootstrapOptions Bootstrap { get; init; } = new();

    public SshOptions Ssh => new() { HostKeyPolicy = HostKeyPolicy, ConnectTimeoutS = ConnectTimeoutS };
}
