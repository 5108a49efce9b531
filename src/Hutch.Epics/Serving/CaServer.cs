using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Hutch.Epics.ChannelAccess;
using Hutch.Services;
using Hutch.Services.Counting;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Serving;

/// <summary>
/// A channel access server: lets clients of the control system find, read, monitor and put the PVs of an <see cref="IPvSource"/> (Channel Access
/// Protocol Specification, minor version 13).
/// </summary>
public sealed class CaServer : AsyncService
{
    // Beacons begin quickly, so that clients look again soon after a start, and become rare (EPICS' RSRV has 15 s too).
    private static readonly TimeSpan FirstBeaconPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestBeaconPause = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<Circuit, Task> _circuits = new();
    private CancellationTokenSource _life = new();
    private Socket? _listener;
    private Socket? _beacons;
    private SearchResponder? _searches;
    private Task _accepting = Task.CompletedTask;
    private TimeSpan _beaconPause;
    private uint _beacon;

    /// <summary>Makes the service; it listens after its start.</summary>
    /// <param name="name">The service's name.</param>
    /// <param name="source">The PVs.</param>
    /// <param name="options">Where it listens.</param>
    /// <param name="logger">Where it logs; null: nowhere.</param>
    public CaServer(string name, IPvSource source, CaServerOptions? options = null, ILogger? logger = null)
        : base(name, logger)
    {
        ArgumentNullException.ThrowIfNull(source);
        (Source, Options) = (source, options ?? new CaServerOptions());
        Observe("searches", "{name}", "Names looked up.", () => Counters.Searches);
        Observe("updates", "{value}", "Values sent to monitors.", () => Counters.Updates);
        Observe("overwritten", "{value}", "Values replaced by a newer one before they were sent.", () => Counters.Overwritten);
        Observe("puts", "{put}", "Puts completed.", () => Counters.Puts);
        Observe("puts_refused", "{put}", "Puts refused.", () => Counters.PutsRefused);
        Observe("malformed", "{message}", "Messages that violate the protocol.", () => Counters.Malformed);
        Observe("clients_refused", "{connection}", "Connections refused because there were too many.", () => Counters.RefusedClients);
    }

    /// <summary>Where it listens.</summary>
    public CaServerOptions Options { get; }

    /// <summary>The PVs.</summary>
    public IPvSource Source { get; }

    /// <summary>What it counted.</summary>
    public CaServerCounters Counters { get; } = new();

    /// <summary>The UDP port of searches; what a client's address list names.</summary>
    public int SearchPort { get; private set; }

    /// <summary>The TCP port of connections.</summary>
    public int TcpPort { get; private set; }

    /// <summary>The number of clients.</summary>
    public int Clients => _circuits.Count;

    internal ILogger Log => Logger;

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        _life.Dispose();
        _life = new CancellationTokenSource();
        _beaconPause = FirstBeaconPause;
        try
        {
            // A server that is for one interface must still hear broadcasts, which are not addressed to it.
            var any = IPAddress.IsLoopback(Options.Address) ? Options.Address : IPAddress.Any;
            _searches = new SearchResponder(this, new IPEndPoint(any, Options.Port));
            SearchPort = _searches.Port;
            _listener = Listen(SearchPort) ?? Listen(0) ?? throw new SocketException((int)SocketError.AddressAlreadyInUse);
            TcpPort = ((IPEndPoint)_listener.LocalEndPoint!).Port;
            _beacons = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true };
        }
        catch (SocketException error)
        {
            throw new UserErrorException($"channel access cannot be served on {Options.Address}, port {Options.Port}: {error.Message}; choose another address or port", error);
        }
        _searches.Start();
        _accepting = AcceptLoopAsync(_listener, _life.Token);
        Logger.LogInformation("{Service} serves channel access on {Address}: searches on UDP port {Port}, connections on TCP port {TcpPort}", ServiceName, Options.Address, SearchPort, TcpPort);
    }

    /// <inheritdoc/>
    protected override Task<TimeSpan?> IterateAsync(CancellationToken stop)
    {
        Span<byte> message = stackalloc byte[CaHeader.Size];
        new CaHeader(CaCommand.Beacon, 0, CaHeader.MinorVersion, (uint)TcpPort, _beacon++, 0).Write(message);
        foreach (var target in Options.Beacons)
        {
            try
            {
                _beacons!.SendTo(message, target);
            }
            catch (SocketException)
            {
                // No repeater runs there: nobody on that machine listens to beacons.
            }
        }
        var pause = _beaconPause;
        _beaconPause = pause * 2 < LongestBeaconPause ? pause * 2 : LongestBeaconPause;
        return Task.FromResult<TimeSpan?>(pause);
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        _life.Cancel();
        _searches?.Dispose();
        _listener?.Dispose();
        _beacons?.Dispose();
        _accepting.GetAwaiter().GetResult();
        Task.WhenAll(_circuits.Values).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _life.Dispose();
    }

    private Socket? Listen(int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(Options.Address, port));
            listener.Listen(512);
            return listener;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            listener.Dispose();
            return null;
        }
    }

    private async Task AcceptLoopAsync(Socket listener, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(stop).ConfigureAwait(false);
                Accept(socket, stop);
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
            }
            catch (SocketException error)
            {
                Logger.LogWarning("{Service}: a client could not be accepted: {Reason}", ServiceName, error.Message);
                await Task.Delay(100, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private void Accept(Socket socket, CancellationToken stop)
    {
        if (_circuits.Count >= Options.MaximumCircuits)
        {
            Counters.CountRefusedClient();
            if (IsFirstTrouble(0))
                Logger.LogWarning("{Service}: a client was refused because {Clients} are connected, the most this server takes; further ones are only counted", ServiceName, _circuits.Count);
            socket.Dispose();
            return;
        }
        Circuit circuit;
        try
        {
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            circuit = new Circuit(this, socket);
        }
        catch (SocketException)
        {
            socket.Dispose();   // it left at once
            return;
        }
        var done = new TaskCompletionSource();
        _circuits[circuit] = done.Task;
        _ = Task.Run(async () =>
        {
            try
            {
                await circuit.RunAsync(stop).ConfigureAwait(false);
            }
            finally
            {
                circuit.Dispose();
                _circuits.TryRemove(circuit, out _);
                done.SetResult();
            }
        }, CancellationToken.None);
    }

    private void Observe(string name, string unit, string description, Func<long> value) =>
        ServiceCounts.Observe(this, "hutch.ca_server." + name, unit, description, value);
}
