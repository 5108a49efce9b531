using Hutch.Services.Scopes;

namespace Hutch.Supervision.Probes;

/// <summary>A service is ready when a TCP port accepts connections.</summary>
public sealed class PortProbe(int port, string host = "127.0.0.1") : ReadinessProbe
{
    private readonly TcpReachability _reachability = new(host, port);

    /// <inheritdoc/>
    public override string Description => $"port {port} of {host} to accept connections";

    /// <inheritdoc/>
    public override ValueTask<bool> IsReadyAsync(SupervisedService service, CancellationToken stop) => _reachability.IsReachableAsync(stop);
}
