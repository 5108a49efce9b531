using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hutch.Bus;

namespace Hutch.Cli;

/// <summary><c>hutch call ROUTING_KEY [JSON]</c>: calls a method on the bus and prints its result.</summary>
internal static class CallCommand
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Compact) { WriteIndented = true };

    public static Command Create()
    {
        var bus = new BusArguments();
        var key = new Argument<string>("ROUTING_KEY") { Description = "Service and method, e.g. simple.add." };
        var parameters = new Argument<string?>("JSON") { Description = "An object of named parameters or an array of positional ones.", Arity = ArgumentArity.ZeroOrOne };
        var notify = new Option<bool>("--notify") { Description = "Do not wait for an answer." };
        var stream = new Option<bool>("--stream") { Description = "Print the items of a stream as they arrive, one per line." };
        var json = new Option<bool>("--json") { Description = "Print the result, or the error, as one line of JSON." };
        var command = new Command("call", "Call a method on the bus. Example: hutch call --bus amqp://127.0.0.1 simple.add '{\"x\": 1, \"y\": 2}'")
        {
            key, parameters, notify, stream, json,
        };
        bus.AddTo(command);
        parameters.Validators.Add(result =>
        {
            if (Parse(result.GetValueOrDefault<string?>()) is { } given && given.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
                result.AddError($"JSON is {given}; give an object of named parameters or an array of positional ones");
            else if (result.GetValueOrDefault<string?>() is { } text && Parse(text) is null)
                result.AddError($"'{text}' is not JSON; quote it for the shell, e.g. '{{\"x\": 1}}'");
        });
        command.SetAction(async (options, cancel) =>
        {
            var line = options.GetValue(json);
            var parsed = Parse(options.GetValue(parameters));
            try
            {
                await using var connection = bus.Open(options);
                if (options.GetValue(notify))
                    await connection.NotifyAsync(options.GetValue(key)!, parsed, cancel: cancel);
                else if (options.GetValue(stream))
                    await PrintStreamAsync(connection.StreamAsync<JsonElement>(options.GetValue(key)!, parsed, cancel: cancel));
                else
                    Print(await connection.CallAsync(options.GetValue(key)!, parsed, cancel: cancel), line);
                return 0;
            }
            catch (Exception error) when (BusFailure.IsExpected(error))
            {
                return BusFailure.Print("call", error, line);
            }
        });
        return command;
    }

    public static void Print(JsonElement result, bool line) => Console.WriteLine(JsonSerializer.Serialize(result, line ? Compact : Indented));

    private static async Task PrintStreamAsync(IAsyncEnumerable<JsonElement> items)
    {
        await foreach (var item in items)
            Print(item, line: true);
    }

    private static JsonElement? Parse(string? text)
    {
        try
        {
            return text is null ? null : JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
