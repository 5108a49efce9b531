using System.Net;
using System.Net.Sockets;
using Hutch.Epics.ChannelAccess;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Serving;

/// <summary>The connection of one client (a virtual circuit): reads its messages, and ends when one is none of the protocol.</summary>
internal sealed partial class Circuit : IDisposable
{
    private const int FirstBuffer = 16 << 10;

    private readonly CaServer _server;
    private readonly Socket _socket;
    private readonly Dictionary<uint, Channel> _channels = [];
    private uint _nextChannel;
    private int _monitors;

    public Circuit(CaServer server, Socket socket)
    {
        (_server, _socket) = (server, socket);
        Remote = (IPEndPoint)socket.RemoteEndPoint!;
        MayPut = server.Options.PutFrom?.Contains(Remote.Address) ?? true;
    }

    public IPEndPoint Remote { get; }

    /// <summary>The user that the client says to be, for the log: nothing proves it.</summary>
    public string User { get; private set; } = "?";

    private bool MayPut { get; }

    /// <summary>Serves the client until it leaves, sends nonsense, or the server stops.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var sending = Task.Run(() => SendLoopAsync(stop), CancellationToken.None);
        try
        {
            Send(new CaHeader(CaCommand.Version, 0, 0, CaHeader.MinorVersion, 0, 0), []);
            await ReceiveLoopAsync(stop).ConfigureAwait(false);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
        catch (InvalidDataException error)
        {
            _server.Counters.CountMalformed();
            _server.Log.LogWarning("{Service}: the connection of {Client} is closed: {Reason}", _server.ServiceName, Remote, error.Message);
        }
        catch (Exception error)
        {
            _server.Log.LogError(error, "{Service}: the connection of {Client} is closed: {Reason}", _server.ServiceName, Remote, error.Message);
        }
        finally
        {
            Close();
            await sending.ConfigureAwait(false);
            foreach (var channel in _channels.Values)
                Drop(channel);
        }
    }

    public void Dispose()
    {
        Close();
        _socket.Dispose();
        _wake.Dispose();
    }

    private async Task ReceiveLoopAsync(CancellationToken stop)
    {
        var buffer = new byte[FirstBuffer];
        var filled = 0;
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer.AsMemory(filled), stop).ConfigureAwait(false);
            if (received == 0)
                return;
            filled += received;
            var used = 0;
            var needed = 0;
            while (CaHeader.TryRead(buffer.AsSpan(used, filled - used), out var header) is > 0 and var length)
            {
                if (header.PayloadSize > _server.Options.MaximumPayload)
                    throw new InvalidDataException($"it sent a payload of {header.PayloadSize} bytes, more than {_server.Options.MaximumPayload}");
                needed = length + (int)header.PayloadSize;
                if (filled - used < needed)
                    break;
                Handle(header, buffer.AsSpan(used + length, (int)header.PayloadSize));
                used += needed;
                needed = 0;
                // Who asks for more than it reads waits, so that its answers do not fill the memory.
                if (Backlog is { } drained)
                    await drained.WaitAsync(stop).ConfigureAwait(false);
            }
            filled -= used;
            // A client that sends an announced payload slowly holds only what it has sent, rounded up.
            var size = Math.Max(FirstBuffer, Math.Min(needed, filled * 2));
            if (buffer.Length < size || (buffer.Length > size * 4 && buffer.Length > FirstBuffer))
            {
                var other = new byte[size];
                buffer.AsSpan(used, filled).CopyTo(other);
                buffer = other;
            }
            else if (used > 0)
            {
                buffer.AsSpan(used, filled).CopyTo(buffer);
            }
        }
    }

    /// <summary>A channel of the client: a PV under the two numbers that the sides gave it.</summary>
    private sealed class Channel(ServedPv pv, uint client, uint server)
    {
        public ServedPv Pv => pv;

        public uint ClientId => client;

        public uint ServerId => server;

        public Dictionary<uint, Subscription> Subscriptions { get; } = [];
    }
}
