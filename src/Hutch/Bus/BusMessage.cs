using System.Text;
using Hutch.Bus.Methods;

namespace Hutch.Bus;

/// <summary>The message behind a call, for methods that need to know more than their parameters.</summary>
public sealed class BusMessage
{
    private readonly BusServer _server;
    private readonly CallInHand _call;

    internal BusMessage(BusServer server, CallInHand call, string method)
    {
        (_server, _call, Method) = (server, call, method);
        Id = Encoding.UTF8.GetString(call.Id.Span).Trim('"');
    }

    /// <summary>The request's id; -1 if it has none.</summary>
    public string Id { get; }

    /// <summary>The method's name on the bus.</summary>
    public string Method { get; }

    /// <summary>The routing key the call was sent with.</summary>
    public string RoutingKey => _call.Delivery.RoutingKey;

    /// <summary>Where to send the answer; null if none is wanted.</summary>
    public string? ReplyTo => _call.Delivery.Properties.ReplyTo;

    /// <summary>Whether the call may have been executed before: the process that had it died, or lost its connection.</summary>
    public bool Redelivered => _call.Delivery.Redelivered;

    /// <summary>What the caller sent along with the request.</summary>
    public IReadOnlyDictionary<string, object?> Headers => _call.Delivery.Properties.Headers ?? new Dictionary<string, object?>();

    /// <summary>Set when the caller cancels, and when its deadline has passed.</summary>
    public CancellationToken Cancelled => _call.Cancelled;

    /// <summary>The bus the call arrived on, for calls to other services.</summary>
    public IBus Bus => _server.Bus;

    /// <summary>Answers now; the method continues, and what it returns or throws is not sent.</summary>
    public async Task RespondAsync<T>(T result)
    {
        var reply = new ReplyWriter();
        reply.Result(_call.Id, result);
        _call.Answered = true;
        await _server.SendAsync(_call.Delivery, reply);
    }
}
