using System.Diagnostics;
using Hutch.Bus.Transports;

namespace Hutch.Tracing;

/// <summary>The trace context of a message of the bus: the header <c>traceparent</c> of the W3C recommendation "Trace Context".</summary>
internal static class TraceHeader
{
    private const string Name = "traceparent";

    /// <summary>The properties with the present span, if there is one and a listener.</summary>
    public static MessageProperties Carry(MessageProperties properties) =>
        Traces.Source.HasListeners() && Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id }
            ? properties with { Headers = new Dictionary<string, object?>(properties.Headers ?? new Dictionary<string, object?>()) { [Name] = id } }
            : properties;

    /// <summary>The span that a message belongs to, or null.</summary>
    public static string? Of(MessageProperties properties) => properties.Headers?.GetValueOrDefault(Name) as string;
}
