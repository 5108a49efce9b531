using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Hutch.Bus.Calls;
using Hutch.Bus.Transports;
using Hutch.Tracing;
using Microsoft.Extensions.Logging;

namespace Hutch.Bus.Methods;

/// <summary>
/// Offers the methods of an object: takes requests from the queues, calls the methods, answers, acknowledges. The answer
/// goes out before the acknowledgement: a call is executed at least once. Whatever comes in, it is answered or dropped
/// and counted, and never comes back.
/// </summary>
internal sealed partial class BusServer : IAsyncDisposable
{
    private const int LargestReply = 120 * 1024 * 1024;

    private readonly object _service;
    private readonly ServeOptions _options;
    private readonly ILogger _logger;
    private readonly MethodTable _methods;
    private readonly MethodTable _builtIn;
    private readonly BuiltInMethods _builtInService;
    private readonly CancellationTokenSource _closing = new();
    private readonly List<IAsyncDisposable> _subscriptions = [];
    private readonly StripedCounter _handled = new();
    private int _disposed;

    public BusServer(IBus bus, object service, ServeOptions options, ILogger logger)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.Name);
        (Bus, _service, _options, _logger) = (bus, service, options, logger);
        _methods = new MethodTable(service.GetType(), service is BusService ? typeof(BusService) : null);
        _builtInService = new BuiltInMethods(this);
        _builtIn = new MethodTable(typeof(BuiltInMethods));
        Control = new ControlListener(this, logger);
    }

    public IBus Bus { get; }

    public ServeOptions Options => _options;

    public object Service => _service;

    public MethodTable Methods => _methods;

    public ServerCounters Counters { get; } = new();

    public ControlListener Control { get; }

    /// <summary>Names this process among those of the service.</summary>
    public string Instance { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}";

    /// <summary>Calls that run now.</summary>
    public int InHand
    {
        get
        {
            var handled = _handled.Value;   // first, for none is handled that was not received
            return (int)(Counters.Received - handled);
        }
    }

    public DateTimeOffset Started { get; } = DateTimeOffset.UtcNow;

    public IReadOnlyList<BusQueue> Queues { get; private set; } = [];

    public async Task StartAsync(CancellationToken cancel)
    {
        var transport = Bus.Transport;
        await transport.DeclareExchangeAsync(new ExchangeDeclaration(Bus.Exchange, ExchangeType.Topic, Durable: true), cancel);
        await Control.StartAsync(cancel);
        var queues = new List<BusQueue>();
        foreach (var queue in _options.Queues.Count > 0 ? _options.Queues : [new BusQueue(_options.Name, $"{_options.Name}.*")])
        {
            // A queue without a name is for this process alone; it must not stay behind with nobody to read it.
            var own = queue.Name.Length == 0;
            var name = await transport.DeclareQueueAsync(new QueueDeclaration(queue.Name, Durable: !own, Exclusive: own, AutoDelete: own), cancel);
            await transport.BindAsync(name, Bus.Exchange, queue.RoutingKey, cancel);
            queues.Add(queue with { Name = name });
        }
        Queues = queues;
        var options = new ConsumeOptions { Concurrency = _options.Concurrency, Prefetch = Math.Max(_options.Prefetch ?? _options.Concurrency, _options.Concurrency) };
        foreach (var queue in queues)
            _subscriptions.Add(await transport.ConsumeAsync(queue.Name, options, HandleAsync, cancel));
        LogServing(_logger, _options.Name, string.Join(", ", queues.Select(q => $"{q.Name} ({q.RoutingKey})")), transport.Address);
    }

    /// <summary>Takes no more calls and waits for those in hand.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        var ended = Task.WhenAll(_subscriptions.Select(s => s.DisposeAsync().AsTask()));
        if (await Task.WhenAny(ended, Task.Delay(_options.StopTimeout)) != ended)
        {
            LogStopping(_logger, _options.Name, InHand, _options.StopTimeout.TotalSeconds);
            Control.CancelAll();
        }
        await ended;
        await Control.DisposeAsync();
        await _closing.CancelAsync();
        _closing.Dispose();
    }

    /// <summary>Sends what a call has to say to its caller, if he wants to hear it.</summary>
    public ValueTask SendAsync(Delivery delivery, ReplyWriter reply) =>
        delivery.Properties.ReplyTo is { Length: > 0 } replyTo ? SendAsync(replyTo, reply) : default;

    private ValueTask SendAsync(string replyTo, ReplyWriter reply)
    {
        try
        {
            // A made-up address of this kind makes RabbitMQ close the channel, and a real one is not part of the dialect.
            if (replyTo.StartsWith("amq.rabbitmq.reply-to", StringComparison.Ordinal))
                throw new ArgumentException("direct reply-to is not part of the dialect; name a queue");
            // The default exchange reaches the reply queue whatever kind the caller made it.
            var sent = Bus.Transport.PublishAsync("", replyTo, Calls.Request.Reply, reply.Written, PublishMode.Plain, _closing.Token);
            return sent.IsCompletedSuccessfully ? default : FinishSendingAsync(sent, replyTo);
        }
        catch (Exception error)
        {
            NoteLost(replyTo, error);
            return default;
        }
    }

    private async ValueTask FinishSendingAsync(ValueTask sent, string replyTo)
    {
        try
        {
            await sent;
        }
        catch (Exception error)
        {
            NoteLost(replyTo, error);
        }
    }

    // E.g. an address that the broker cannot take. The call is done all the same.
    private void NoteLost(string replyTo, Exception error)
    {
        Counters.CountLostReply();
        LogLostReply(_logger, _options.Name, replyTo, error.Message);
    }

    private ValueTask HandleAsync(Delivery delivery) => Traces.Source.HasListeners() ? HandleTracedAsync(delivery) : HandleNowAsync(delivery);

    private async ValueTask HandleTracedAsync(Delivery delivery)
    {
        using var span = Traces.Start($"serve {delivery.RoutingKey}", ActivityKind.Server, TraceHeader.Of(delivery.Properties));
        span?.SetTag("hutch.service", _options.Name);
        await HandleNowAsync(delivery);
    }

    // Most calls end where they begin, without waiting for anything: only the others get a state machine.
    private ValueTask HandleNowAsync(Delivery delivery)
    {
        Counters.CountReceived();
        var call = MethodCall.Rent(this, delivery);
        try
        {
            var answered = AnswerAsync(call);
            if (!answered.IsCompletedSuccessfully)
                return FinishHandlingAsync(answered, call);
        }
        catch (Exception error)
        {
            NoteFault(error);
        }
        return Settle(call);
    }

    private async ValueTask FinishHandlingAsync(ValueTask answered, MethodCall call)
    {
        try
        {
            await answered;
        }
        catch (Exception error)
        {
            NoteFault(error);
        }
        await Settle(call);
    }

    private ValueTask Settle(MethodCall call)
    {
        _handled.Add(1);
        var delivery = call.Delivery;
        call.Return();
        return delivery.AckAsync();
    }

    // Nothing a message holds may end the consumer; what gets here is a fault of ours.
    private void NoteFault(Exception error)
    {
        Counters.CountDropped();
        _logger.LogError(error, "{Service}: a message could not be handled and is dropped", _options.Name);
    }

    private ValueTask AnswerAsync(MethodCall call)
    {
        if (!TryUnderstand(call, out var request, out var method))
            return call.Reply.IsWritten ? SendAsync(call.Delivery, call.Reply) : default;
        var inHand = method.TakesCancellation ? new CallInHand(call.Delivery, request.Id) : null;
        if (inHand is not null && !Control.Enter(inHand))
        {
            inHand.Dispose();
            return default;
        }
        var start = Stopwatch.GetTimestamp();
        ValueTask done;
        try
        {
            call.Begin(method, request.Id, inHand);
            if (request.Found is null)
                call.Arguments.Find(method, request);
            done = method.Invoke(method.Method.DeclaringType == typeof(BuiltInMethods) ? _builtInService : _service, call);
        }
        catch (Exception error)
        {
            done = ValueTask.FromException(error);
        }
        if (!done.IsCompletedSuccessfully || inHand is not null || call.Reply.Written.Length > LargestReply)
            return FinishAnsweringAsync(done, method, call, start);
        NoteEnd(method, call, start);
        return SendAsync(call.Delivery, call.Reply);
    }

    private async ValueTask FinishAnsweringAsync(ValueTask done, MethodEntry method, MethodCall call, long start)
    {
        try
        {
            await done;
            if (call.Reply.Written.Length > LargestReply)
                throw new RpcException(RpcErrorCodes.InvalidRequest, $"the result has {call.Reply.Written.Length} bytes; the most is {LargestReply}");
        }
        catch (Exception error)
        {
            WriteError(method, call, error);
        }
        if (call.InHand is { } inHand)
            Control.Leave(inHand);
        NoteEnd(method, call, start);
        if (call.InHand is not { Answered: true })
            await SendAsync(call.Delivery, call.Reply);
        call.InHand?.Dispose();
    }

    private static void NoteEnd(MethodEntry method, MethodCall call, long start) =>
        method.Statistics.Note(Stopwatch.GetTimestamp() - start, call.Delivery.Redelivered);

    /// <summary>Finds the method that is meant; writes the error that the dialect has for a message that means none.</summary>
    private bool TryUnderstand(MethodCall call, out RpcRequest request, out MethodEntry method)
    {
        (request, method) = (default, null!);
        var (delivery, reply) = (call.Delivery, call.Reply);
        if (delivery.Properties.ContentType is { } type && !RequestContent.IsText(type))
        {
            Counters.CountMalformed();
            reply.Error(RpcRequest.NoId, RpcErrorCodes.InvalidRequest, $"content type {type} is not accepted; send application/json", default);
            return false;
        }
        try
        {
            if (!RpcRequest.TryRead(RequestContent.Decode(delivery), _methods, call.Arguments, out request) || request.Method is null)
            {
                Counters.CountMalformed();
                reply.Error(RpcRequest.NoId, RpcErrorCodes.InvalidRequest, "a request is an object with a method", default);
                return false;
            }
        }
        catch (JsonException error)
        {
            Counters.CountMalformed();
            reply.Error(RpcRequest.NoId, RpcErrorCodes.InvalidJson, error.Message, PythonErrors.DataOf("json.decoder.JSONDecodeError"));
            return false;
        }
        if (!CallNames.IsMethodOf(delivery.RoutingKey, request.Method))
        {
            Counters.CountMalformed();
            reply.Error(RpcRequest.NoId, RpcErrorCodes.InvalidRequest, $"method {Shorten(request.Method)} was sent to routing key {delivery.RoutingKey}, which is for {CallNames.MethodOf(delivery.RoutingKey)}", default);
            return false;
        }
        if ((request.Found ?? _methods.Find(request.Method) ?? _builtIn.Find(request.Method)) is not { } found)
        {
            Counters.CountUnknownMethod();
            reply.Error(request.Id, RpcErrorCodes.MethodNotFound, $"{_options.Name} has no method {Shorten(request.Method)}", PythonErrors.DataOf("AttributeError"));
            return false;
        }
        method = found;
        return true;
    }

    private static string Shorten(string name) => name.Length <= 100 ? name : string.Concat(name.AsSpan(0, 100), "...");

    [LoggerMessage(11, LogLevel.Information, "{Service}: serving {Queues} on {Address}")]
    private static partial void LogServing(ILogger logger, string service, string queues, string address);

    [LoggerMessage(14, LogLevel.Warning, "{Service}: {Count} calls have not ended within {Seconds} s of the stop and are cancelled")]
    private static partial void LogStopping(ILogger logger, string service, int count, double seconds);

    [LoggerMessage(12, LogLevel.Warning, "{Service}: an answer to {ReplyTo} could not be sent: {Reason}")]
    private static partial void LogLostReply(ILogger logger, string service, string replyTo, string reason);
}
