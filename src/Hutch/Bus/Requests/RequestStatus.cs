using System.Text.Json;
using Hutch.Bus.Transports;

namespace Hutch.Bus.Requests;

/// <summary>What a service said about a request.</summary>
public sealed record RequestStatus
{
    /// <summary>The request's id.</summary>
    public required string RequestId { get; init; }

    /// <summary>What happened.</summary>
    public required RequestAction Action { get; init; }

    /// <summary>The name of the reporting service.</summary>
    public required string Source { get; init; }

    /// <summary>The tag the service listens to.</summary>
    public required string Tag { get; init; }

    /// <summary>
    /// Null on start, the error's text on failure, the result on success: text, a whole number, a truth value, null, or an object or list of these
    /// (a <see cref="JsonElement"/>).
    /// </summary>
    public object? Message { get; init; }

    /// <summary>The request's body as the service received it.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The name of the action on the wire: <c>request_start</c>, <c>request_success</c> or <c>request_fail</c>.</summary>
    public string ActionName => StatusWire.NameOf(Action);

    /// <summary>Whether the service has finished with the request.</summary>
    public bool IsFinal => Action != RequestAction.Start;

    /// <summary>The request; null if its body is not JSON.</summary>
    public JsonElement? Request => RequestBody.TryParse(Body, out _);

    /// <summary>Reads a message of the <c>status</c> exchange.</summary>
    /// <returns>Null if it is not a status: an id, a known action or a source is missing.</returns>
    public static RequestStatus? TryRead(Delivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        return StatusWire.TryRead(delivery);
    }
}
