using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Hutch.Fleet.Tests.Support;

/// <summary>Thousands of hosts in one: every address of 127.0.0.0/8 answers on its port as an SSH server does, and is noted.</summary>
internal sealed class ManyHosts : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Any, 0);
    private readonly Task _answering;

    public ManyHosts(int count)
    {
        _listener.Start(1000);
        Addresses = [.. Enumerable.Range(0, count).Select(i => $"127.1.{i / 250}.{(i % 250) + 1}")];
        _answering = AnswerAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public IReadOnlyList<string> Addresses { get; }

    /// <summary>Those that hang up.</summary>
    public ConcurrentDictionary<string, bool> Silent { get; } = new();

    /// <summary>When which was asked.</summary>
    public ConcurrentQueue<(string Address, long At)> Asked { get; } = [];

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _answering;
    }

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                using var socket = await _listener.AcceptSocketAsync();
                var address = ((IPEndPoint)socket.LocalEndPoint!).Address.ToString();
                Asked.Enqueue((address, Environment.TickCount64));
                if (!Silent.ContainsKey(address))
                    socket.Send("SSH-2.0-many\r\n"u8);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
