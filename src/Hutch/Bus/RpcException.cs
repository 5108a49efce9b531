using System.Globalization;
using System.Text.Json;
using Hutch.Bus.Methods;

namespace Hutch.Bus;

/// <summary>
/// An error that travels: thrown in a method it arrives at the caller with its code, message and data. Derive from it for
/// errors of one's own; <see cref="RpcErrors"/> lets the caller get the same type again.
/// </summary>
public class RpcException : Exception
{
    /// <summary>Makes an error.</summary>
    /// <param name="code">The number by which callers tell errors apart; see <see cref="RpcErrorCodes"/>.</param>
    /// <param name="message">What went wrong.</param>
    /// <param name="data">Further information for the caller; sent as JSON.</param>
    public RpcException(int code, string message, object? data = null)
        : base(message)
    {
        Code = code;
        if (data is not null)
            ErrorData = data as JsonElement? ?? JsonSerializer.SerializeToElement(data, BusJson.Options);
    }

    /// <summary>Makes an error without anything.</summary>
    public RpcException()
        : this(RpcErrorCodes.InternalError, "")
    {
    }

    /// <summary>Makes an internal error.</summary>
    public RpcException(string message)
        : this(RpcErrorCodes.InternalError, message)
    {
    }

    /// <summary>Makes an internal error with its cause, which does not travel.</summary>
    public RpcException(string message, Exception inner)
        : base(message, inner) => Code = RpcErrorCodes.InternalError;

    /// <summary>The number by which callers tell errors apart.</summary>
    public int Code { get; }

    /// <summary>What was sent along with the message, or null.</summary>
    public JsonElement? ErrorData { get; }

    /// <summary>The message with the code before it, as the deployed services write it on the wire.</summary>
    internal string WireMessage => string.Create(CultureInfo.InvariantCulture, $"({Code}) {Message}");
}
