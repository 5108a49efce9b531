using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Bus.Methods;
using Hutch.Fleet.Records;
using Hutch.Fleet.Storage;
using Spectre.Console;

namespace Hutch.Cli;

/// <summary>What the subcommands of <c>hutch fleet</c> have in common: a bus, <c>--json</c>, and how records are printed.</summary>
internal static class FleetCall
{
    private static readonly JsonSerializerOptions Indented = new(BusJson.Options) { WriteIndented = true };

    /// <summary>Makes a subcommand that works with the records.</summary>
    /// <param name="path">Its words after <c>hutch fleet</c>, for messages.</param>
    /// <param name="description">One sentence and an example.</param>
    /// <param name="symbols">Its arguments and options.</param>
    /// <param name="action">What it does; returns what is printed with <c>--json</c>.</param>
    /// <param name="print">Prints the same for people.</param>
    public static Command Create<T>(string path, string description, IEnumerable<Symbol> symbols, Func<ParseResult, IBus, StorageClient, CancellationToken, Task<T>> action, Action<T> print)
    {
        var json = JsonOption();
        var bus = new BusArguments();
        var command = With(path, description, [.. symbols, json], bus);
        command.SetAction((options, cancel) => RunAsync(path, options, bus, options.GetValue(json), async (connection, records) =>
        {
            var result = await action(options, connection, records, cancel);
            if (options.GetValue(json))
                PrintJson(result);
            else
                print(result);
            return 0;
        }));
        return command;
    }

    /// <summary>Makes a subcommand that goes on for long, prints as it goes, and sees to signals itself.</summary>
    /// <param name="path">Its words after <c>hutch fleet</c>, for messages.</param>
    /// <param name="description">One sentence and an example.</param>
    /// <param name="symbols">Its arguments and options.</param>
    /// <param name="action">What it does; returns the exit code.</param>
    public static Command CreateLong(string path, string description, IEnumerable<Symbol> symbols, Func<ParseResult, IBus, StorageClient, Task<int>> action)
    {
        var bus = new BusArguments();
        var command = With(path, description, symbols, bus);
        // Not asynchronous: such a command would be ended two seconds after a signal.
        command.SetAction(options => RunAsync(path, options, bus, false, (connection, records) => action(options, connection, records)).GetAwaiter().GetResult());
        return command;
    }

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> JsonOption(string description = "Print JSON.") => new("--json") { Description = description };

    /// <summary>Prints a value as JSON, on several lines.</summary>
    public static void PrintJson<T>(T value) => Console.WriteLine(JsonSerializer.Serialize(value, Indented));

    /// <summary>The argument that says which record.</summary>
    public static Argument<string> KeyArgument(string name, string description) => new(name) { Description = description };

    /// <summary><c>remove</c>: deletes a record.</summary>
    public static Command Remove<T>(string path, string name, Func<StorageClient, string, CancellationToken, Task>? before = null)
        where T : IRecord
    {
        var key = KeyArgument(name, "Which.");
        return Create(path, $"Delete it from the records. Example: hutch fleet {path} {name}", [key], async (options, _, records, cancel) =>
        {
            var given = options.GetValue(key)!;
            if (before is not null)
                await before(records, given, cancel);
            await records.DeleteAsync<T>(given, cancel);
            return new { removed = given };
        }, result => Console.WriteLine($"{result.removed} is removed"));
    }

    /// <summary><c>show</c>: prints a record whole.</summary>
    public static Command Show<T>(string path, string name)
        where T : IRecord
    {
        var key = KeyArgument(name, "Which.");
        return Create(path, $"Print its record. Example: hutch fleet {path} {name}", [key], (options, _, records, cancel) => records.GetAsync<T>(options.GetValue(key)!, cancel),
            PrintJson);
    }

    /// <summary>A time of a record for people; empty for none.</summary>
    public static string Time(string time) => RecordTime.Read(time)?.ToString("yyyy-MM-dd HH:mm:ss'Z'") ?? "";

    /// <summary>Reads the value of an option that is a JSON object.</summary>
    /// <exception cref="UsageErrorException">It is none.</exception>
    public static JsonObject ParseObject(string option, string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw new UsageErrorException($"{option} is {text}; it must be a JSON object");
        }
        catch (JsonException error)
        {
            throw new UsageErrorException($"{option} is not JSON: {error.Message}");
        }
    }

    /// <summary>Prints a table.</summary>
    public static void Print<T>(IReadOnlyList<T> items, params (string Column, Func<T, string> Cell)[] columns)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 250;
        var table = new Table().Border(TableBorder.Simple);
        foreach (var (column, _) in columns)
            table.AddColumn(column);
        foreach (var item in items)
            table.AddRow([.. columns.Select(c => new Text(c.Cell(item)))]);
        AnsiConsole.Write(table);
    }

    private static Command With(string path, string description, IEnumerable<Symbol> symbols, BusArguments bus)
    {
        var command = new Command(path.Split(' ')[^1], description);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
                command.Arguments.Add(argument);
            else
                command.Options.Add((Option)symbol);
        }
        bus.AddTo(command);
        return command;
    }

    private static async Task<int> RunAsync(string path, ParseResult options, BusArguments bus, bool json, Func<IBus, StorageClient, Task<int>> action)
    {
        try
        {
            await using var connection = bus.Open(options);
            return await action(connection, new StorageClient(connection));
        }
        catch (BusUnroutableException) when (!json)
        {
            Console.Error.WriteLine($"hutch fleet {path}: no service of the fleet answers on this bus; start one with: hutch run storage --bus-uri URL (and investigator, watcher, cluster-exec)");
            return 1;
        }
        catch (UsageErrorException error)
        {
            return UserErrors.Report($"hutch fleet {path}", error);
        }
        catch (Exception error) when (BusFailure.IsExpected(error))
        {
            return BusFailure.Print($"fleet {path}", error, json);
        }
    }
}
