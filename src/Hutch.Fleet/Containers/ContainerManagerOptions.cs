using Hutch.Fleet.Ssh;

namespace Hutch.Fleet.Containers;

/// <summary>How the service works; members of its configuration.</summary>
internal sealed record ContainerManagerOptions
{
    /// <summary>How many calls are worked on at once in this process. Default 8.</summary>
    public ushort Concurrency { get; init; } = 8;

    /// <summary>How long the records must have been quiet before what changed in clusters is carried over to their container managers, in seconds. Default 2: the program that changed a cluster may make the call itself.</summary>
    public double SettleS { get; init; } = 2;

    /// <summary>When it is tried again after a container manager refused or was away, in seconds. Default 30.</summary>
    public double RetryS { get; init; } = 30;

    /// <inheritdoc cref="SshOptions.HostKeyPolicy"/>
    public HostKeyPolicy HostKeyPolicy { get; init; } = HostKeyPolicy.AcceptNew;

    /// <inheritdoc cref="SshOptions.ConnectTimeoutS"/>
    public double ConnectTimeoutS { get; init; } = 10;

    public SshOptions Ssh => new() { HostKeyPolicy = HostKeyPolicy, ConnectTimeoutS = ConnectTimeoutS };
}
