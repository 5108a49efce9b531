using System.Net.Sockets;

namespace Hutch.Services.Scopes;

/// <summary>A node is reachable when it accepts a TCP connection.</summary>
/// <param name="host">Name or address.</param>
/// <param name="port">Port, 1 to 65535.</param>
public sealed class TcpReachability(string host, int port) : IReachability
{
    /// <summary>How long a connection may take. Default 2 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async ValueTask<bool> IsReachableAsync(CancellationToken stop)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Timeout);
        try
        {
            await socket.ConnectAsync(host, port, patience.Token);
            return true;
        }
        catch (Exception error) when (error is SocketException || (error is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return false;
        }
    }
}
