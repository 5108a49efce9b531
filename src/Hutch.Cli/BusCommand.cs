using System.CommandLine;
using System.Text.Json;
using Hutch.Bus;

namespace Hutch.Cli;

/// <summary><c>hutch bus ls|info|stats|call</c>: what is on a bus. The services themselves answer; there is no registry.</summary>
internal static class BusCommand
{
    public static Command Create()
    {
        var call = CallCommand.Create();
        return new Command("bus", "Inspect the services on a bus. Example: hutch bus ls --bus amqp://127.0.0.1")
        {
            Ask("ls", "info", "List the services that answer. Example: hutch bus ls", PrintList),
            Ask("info", "info", "Show the methods of services with their parameters. Example: hutch bus info simple", PrintInfo),
            Ask("stats", "stats", "Show the calls, errors and call times of services. Example: hutch bus stats simple", PrintStatistics),
            call,
        };
    }

    private static Command Ask(string name, string question, string description, Action<IReadOnlyList<JsonElement>> print)
    {
        var bus = new BusArguments();
        bus.Timeout.Description = "Seconds to collect answers.";
        bus.Timeout.DefaultValueFactory = _ => 1;
        var service = new Argument<string?>("SERVICE") { Description = "Only this service.", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "Print a JSON array." };
        var command = new Command(name, description) { service, json };
        bus.AddTo(command);
        command.SetAction(async (options, cancel) =>
        {
            try
            {
                await using var connection = bus.Open(options);
                var window = TimeSpan.FromSeconds(Math.Clamp(options.GetValue(bus.Timeout), 0.05, 3600));
                var answers = await connection.DiscoverAsync(window, options.GetValue(service), question, cancel);
                answers = [.. answers.OrderBy(a => Text(a, "service"), StringComparer.Ordinal).ThenBy(a => Text(a, "instance"), StringComparer.Ordinal)];
                if (options.GetValue(json))
                    Console.WriteLine(JsonSerializer.Serialize(answers));
                else
                    print(answers);
                if (answers.Count > 0)
                    return 0;
                Console.Error.WriteLine($"hutch bus {name}: no service answered within {window.TotalSeconds:0.##} s on {connection.Transport.Address}");
                return 1;
            }
            catch (Exception error) when (BusFailure.IsExpected(error))
            {
                return BusFailure.Print($"bus {name}", error, options.GetValue(json));
            }
        });
        return command;
    }

    private static void PrintList(IReadOnlyList<JsonElement> services)
    {
        foreach (var s in services)
            Console.WriteLine($"{Text(s, "service"),-20} {Text(s, "version"),-10} {Text(s, "host"),-16} pid {Text(s, "pid"),-8} {Methods(s).Count()} methods");
    }

    private static void PrintInfo(IReadOnlyList<JsonElement> services)
    {
        // The processes of one service tell the same.
        foreach (var s in services.DistinctBy(s => (Text(s, "service"), Text(s, "version"))))
        {
            Console.WriteLine($"{Text(s, "service")} {Text(s, "version")}, started {Text(s, "started")} on {Text(s, "host")}");
            foreach (var method in Methods(s))
            {
                var required = method.GetProperty("params").GetProperty("required").EnumerateArray().Select(r => r.GetString()).ToHashSet();
                var parameters = method.GetProperty("params").GetProperty("properties").EnumerateObject()
                    .Select(p => $"{p.Name}{(required.Contains(p.Name) ? "" : "?")}: {(p.Value.TryGetProperty("type", out var type) ? type.ToString() : "any")}");
                Console.WriteLine($"  {Text(method, "name")}({string.Join(", ", parameters)})  {Text(method, "description")}");
            }
        }
    }

    private static void PrintStatistics(IReadOnlyList<JsonElement> services)
    {
        foreach (var s in services)
        {
            Console.WriteLine($"{Text(s, "instance")} {Text(s, "service")}: received {Text(s, "received")}, malformed {Text(s, "malformed")}, redelivered {Text(s, "redelivered")}, up {Text(s, "uptime_s")} s");
            foreach (var m in Methods(s).Where(m => m.GetProperty("calls").GetInt64() > 0))
                Console.WriteLine($"  {Text(m, "name"),-24} {Text(m, "calls"),10} calls {Text(m, "errors"),8} errors  mean {Text(m, "mean_ms")} ms  p99 {Text(m, "p99_ms")} ms  {Text(m, "last_error")}");
        }
    }

    private static JsonElement.ArrayEnumerator Methods(JsonElement service) => service.GetProperty("methods").EnumerateArray();

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ToString() : "";
}
