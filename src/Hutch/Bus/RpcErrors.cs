using System.Collections.Concurrent;
using System.Text.Json;

namespace Hutch.Bus;

/// <summary>Which exception a caller gets for an error code.</summary>
public static class RpcErrors
{
    private static readonly ConcurrentDictionary<int, Func<string, JsonElement?, RpcException>> Makers = new()
    {
        [RpcErrorCodes.StorageLookup] = (message, data) => new StorageLookupException(message, data),
        [RpcErrorCodes.ContainerManager] = (message, data) => new ContainerManagerException(message, data),
    };

    /// <summary>Lets callers in this process get an exception type of one's own for a code.</summary>
    public static void Register(int code, Func<string, JsonElement?, RpcException> make) => Makers[code] = make;

    internal static RpcException Make(int code, string message, JsonElement? data)
    {
        // The services write the code before the text, once more at each hop; the exception has it as a property.
        var prefix = $"({code}) ";
        while (message.StartsWith(prefix, StringComparison.Ordinal))
            message = message[prefix.Length..];
        return Makers.TryGetValue(code, out var make) ? make(message, data) : new RpcException(code, message, data);
    }
}
