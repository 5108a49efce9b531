using System.Text;
using Hutch.Bus;
using Hutch.Bus.Transports;

namespace Hutch.Fleet.Sharing;

/// <summary>How processes that share some work announce on a bus that they are there, and that they leave.</summary>
internal sealed class PeerSigns : IAsyncDisposable
{
    // One that is silent for this many beats has left.
    private const double BeatsOfLife = 3.5;

    private static readonly MessageProperties Properties = new() { ContentType = "text/plain", DeliveryMode = 1 };

    private readonly IBus _bus;
    private readonly string _topic;
    private readonly TimeSpan _beat;
    private readonly Action _changed;
    private IAsyncDisposable? _listening;
    private DateTimeOffset _next;

    /// <summary>Makes it; nothing is announced before <see cref="StartAsync"/>.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="topic">The work: <c>notify.TOPIC.alive</c> and <c>notify.TOPIC.gone</c> are the routing keys.</param>
    /// <param name="id">Names this process.</param>
    /// <param name="beat">How often it announces itself.</param>
    /// <param name="changed">Called when others came or went; must not block.</param>
    public PeerSigns(IBus bus, string topic, string id, TimeSpan beat, Action changed)
    {
        (_bus, _topic, Id, _beat, _changed) = (bus, topic, id, beat, changed);
        Peers = new Peers(id, beat * BeatsOfLife);
    }

    /// <summary>Names this process.</summary>
    public string Id { get; }

    /// <summary>Those that are there.</summary>
    public Peers Peers { get; }

    /// <summary>A name for this process that no other has.</summary>
    public static string NewId() => $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}";

    /// <summary>Begins to listen, and announces itself once. After two beats all know each other.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        var transport = _bus.Transport;
        await transport.DeclareExchangeAsync(new ExchangeDeclaration(_bus.Exchange, ExchangeType.Topic, Durable: true), cancel).ConfigureAwait(false);
        var queue = await transport.DeclareQueueAsync(new QueueDeclaration("", Exclusive: true, AutoDelete: true), cancel).ConfigureAwait(false);
        await transport.BindAsync(queue, _bus.Exchange, $"notify.{_topic}.*", cancel).ConfigureAwait(false);
        _listening = await transport.ConsumeAsync(queue, new ConsumeOptions { NoAck = true }, OnSign, cancel).ConfigureAwait(false);
        await BeatAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Tells when it is time to, and counts out those that are not heard any more. To be called several times a beat.</summary>
    public async Task BeatAsync(CancellationToken cancel)
    {
        if (Now < _next)
            return;
        _next = Now + _beat;
        await SayAsync("alive", cancel).ConfigureAwait(false);
        if (Peers.Refresh(Now))
            _changed();
    }

    /// <summary>Tells that this process goes.</summary>
    public ValueTask LeaveAsync(CancellationToken cancel) => SayAsync("gone", cancel);

    public async ValueTask DisposeAsync()
    {
        if (_listening is { } listening)
            await listening.DisposeAsync().ConfigureAwait(false);
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private ValueTask SayAsync(string what, CancellationToken cancel) =>
        _bus.Transport.PublishAsync(_bus.Exchange, $"notify.{_topic}.{what}", Properties, Encoding.UTF8.GetBytes(Id), PublishMode.Plain, cancel);

    private ValueTask OnSign(Delivery delivery)
    {
        var id = Encoding.UTF8.GetString(delivery.Body.Span);
        if (id != Id && (delivery.RoutingKey.EndsWith(".gone", StringComparison.Ordinal) ? Peers.Leave(id, Now) : Peers.Hear(id, Now)))
            _changed();
        return default;
    }
}
