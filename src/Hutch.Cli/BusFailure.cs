using System.Text.Json;
using Hutch.Bus;

namespace Hutch.Cli;

/// <summary>Reports a failed call: in words on standard error, or as JSON on standard output.</summary>
internal static class BusFailure
{
    public static bool IsExpected(Exception error) =>
        error is RpcException or BusTimeoutException or BusUnroutableException or UserErrorException or OperationCanceledException;

    public static int Print(string command, Exception error, bool json)
    {
        if (!json)
        {
            var code = error is RpcException rpc ? $" (code {rpc.Code})" : "";
            Console.Error.WriteLine($"hutch {command}: {error.Message}{code}");
            return 1;
        }
        var remote = error as RpcException;
        Console.WriteLine(JsonSerializer.Serialize(new { error = new { code = remote?.Code, message = error.Message, data = remote?.ErrorData } }));
        return 1;
    }
}
