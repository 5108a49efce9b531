using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Hutch.Tests.Servers;

/// <summary>Passes TCP connections on to a server, and can make them silent without closing them.</summary>
public sealed class MutableProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly int _target;
    private int _generation;
    private volatile bool _muteNew;

    public MutableProxy(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Makes the present connections silent; and those to come as well, if asked to.</summary>
    public void Mute(bool alsoNew)
    {
        _muteNew = alsoNew;
        Interlocked.Increment(ref _generation);
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var client in _clients)
            client.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                var server = new TcpClient("127.0.0.1", _target);
                _clients.Add(client);
                _clients.Add(server);
                var generation = Volatile.Read(ref _generation);
                _ = PassAsync(client, server, generation);
                _ = PassAsync(server, client, generation);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The proxy was disposed.
        }
    }

    private async Task PassAsync(TcpClient from, TcpClient to, int generation)
    {
        var buffer = new byte[65536];
        try
        {
            int read;
            while ((read = await from.GetStream().ReadAsync(buffer)) > 0)
            {
                if (!_muteNew && Volatile.Read(ref _generation) == generation)
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One side hung up.
        }
    }
}
