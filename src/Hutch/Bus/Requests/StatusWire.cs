using Hutch.Bus.Transports;
using Hutch.Tracing;

namespace Hutch.Bus.Requests;

/// <summary>A status as a message: headers action, source and message (always all three), the request's id and body.</summary>
internal static class StatusWire
{
    private const string Action = "action";
    private const string Source = "source";
    private const string Message = "message";

    public static string NameOf(RequestAction action) => action switch
    {
        RequestAction.Start => "request_start",
        RequestAction.Success => "request_success",
        _ => "request_fail",
    };

    /// <param name="requestId">The request's id.</param>
    /// <param name="action">What happened.</param>
    /// <param name="source">The service that says so.</param>
    /// <param name="message">A value made by <see cref="MessageValue.ToHeader"/>.</param>
    public static MessageProperties Properties(string requestId, RequestAction action, string source, object? message) => TraceHeader.Carry(new MessageProperties
    {
        CorrelationId = requestId,
        Headers = new Dictionary<string, object?> { [Action] = NameOf(action), [Source] = source, [Message] = message },
    });

    public static RequestStatus? TryRead(Delivery delivery)
    {
        if (delivery.Properties is not { CorrelationId: { Length: > 0 } id, Headers: { } headers }
            || headers.GetValueOrDefault(Source) is not string source || ActionOf(headers.GetValueOrDefault(Action)) is not { } action)
            return null;
        return new RequestStatus
        {
            RequestId = id,
            Action = action,
            Source = source,
            Tag = delivery.RoutingKey,
            Message = MessageValue.FromHeader(headers.GetValueOrDefault(Message)),
            Body = delivery.Body,
        };
    }

    private static RequestAction? ActionOf(object? name) => name switch
    {
        "request_start" => RequestAction.Start,
        "request_success" => RequestAction.Success,
        "request_fail" => RequestAction.Fail,
        _ => null,
    };
}
