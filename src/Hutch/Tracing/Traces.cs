using System.Diagnostics;

namespace Hutch.Tracing;

/// <summary>
/// The spans of this library and its programs, of the source <c>Hutch</c>: a call or request on the bus at either end, an acquisition, a
/// file. They belong together over processes by the W3C trace context (<c>traceparent</c>), which travels as a header of bus messages and
/// as a field of the write command. Without a listener nothing is created or sent.
/// </summary>
public static class Traces
{
    /// <summary>The name of the source, for programs that collect spans themselves.</summary>
    public const string SourceName = "Hutch";

    /// <summary>Makes the spans.</summary>
    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>Starts a span that lasts as long as the code that starts it: what is started inside belongs to it.</summary>
    /// <param name="name">What is done, in few words: they are the same for all of a kind.</param>
    /// <param name="kind">Which end of an exchange it is.</param>
    /// <param name="traceparent">The span it belongs to, as received from outside; null for the current one.</param>
    /// <returns>Null without a listener.</returns>
    public static Activity? Start(string name, ActivityKind kind, string? traceparent = null) =>
        Source.StartActivity(name, kind, ActivityContext.TryParse(traceparent, null, isRemote: true, out var parent) ? parent : default);

    /// <summary>Starts a span that ends elsewhere: it does not become the current one.</summary>
    /// <inheritdoc cref="Start"/>
    public static Activity? Begin(string name, string? traceparent)
    {
        var present = Activity.Current;
        var activity = Start(name, ActivityKind.Internal, traceparent);
        Activity.Current = present;
        return activity;
    }

    /// <summary>Notes that what the present span is about went wrong; spans of others are left alone.</summary>
    internal static void Fail(string reason)
    {
        if (Activity.Current is { Source.Name: SourceName } span)
            span.SetStatus(ActivityStatusCode.Error, reason);
    }
}
