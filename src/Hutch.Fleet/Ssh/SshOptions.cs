namespace Hutch.Fleet.Ssh;

/// <summary>How hosts are logged in on.</summary>
internal sealed record SshOptions
{
    /// <summary>What is done about the key of a host that is not known yet. Default: it is accepted.</summary>
    public HostKeyPolicy HostKeyPolicy { get; init; } = HostKeyPolicy.AcceptNew;

    /// <summary>How long connecting and logging in may take, in seconds. Default 10.</summary>
    public double ConnectTimeoutS { get; init; } = 10;
}
