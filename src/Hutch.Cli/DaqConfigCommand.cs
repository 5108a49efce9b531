using System.CommandLine;
using System.Text.Json.Nodes;
using Hutch.Hosting;

namespace Hutch.Cli;

/// <summary><c>hutch daq config</c>: shows, changes and rolls back the configuration.</summary>
internal static class DaqConfigCommand
{
    public static Command Create() => new("config", "Show or change the configuration. Example: hutch daq config set changes.json")
    {
        Get(), Set(), RollBack(), History(),
    };

    private static Command Get()
    {
        var server = new DaqConnection();
        var command = new Command("get", "Print the configuration. Example: hutch daq config get > daq.json");
        server.AddTo(command);
        command.SetAction(options => server.RunAsync("hutch daq config get", options, async client =>
        {
            var answer = await RestClient.AskAsync(client, HttpMethod.Get, "daq/config").ConfigureAwait(false);
            DaqOutput.Print(answer["config"]);
            return answer["config"] is null ? 1 : 0;
        }));
        return command;
    }

    private static Command Set()
    {
        var server = new DaqConnection();
        var file = new Argument<string>("FILE") { Description = "A configuration, or only the members to change (JSON, comments allowed); - reads standard input." };
        var command = new Command("set", "Change the configuration; members that the file leaves out keep their values. Example: hutch daq config set changes.json") { file };
        server.AddTo(command);
        command.SetAction(options => server.RunAsync("hutch daq config set", options, async client =>
        {
            var path = options.GetValue(file)!;
            var changes = JsonConfig.Parse(JsonConfig.ReadText(path, Console.In), path, hyphensToUnderscores: false);
            Show(server.WantsJson(options), await RestClient.AskAsync(client, HttpMethod.Patch, "api/v1/config", changes).ConfigureAwait(false), "set");
            return 0;
        }));
        return command;
    }

    private static Command RollBack()
    {
        var server = new DaqConnection();
        var id = new Argument<string?>("ID") { Description = "The id of a configuration. Default: the previous one.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("rollback", "Restore an older configuration. Example: hutch daq config rollback") { id };
        server.AddTo(command);
        command.SetAction(options => server.RunAsync("hutch daq config rollback", options, async client =>
        {
            var body = new JsonObject();
            if (options.GetValue(id) is { } given)
                body["config_id"] = given;
            Show(server.WantsJson(options), await RestClient.AskAsync(client, HttpMethod.Post, "api/v1/config/rollback", body).ConfigureAwait(false), "rolled back");
            return 0;
        }));
        return command;
    }

    private static Command History()
    {
        var server = new DaqConnection();
        var count = new Option<int>("-n") { Description = "How many.", DefaultValueFactory = _ => 20 };
        var command = new Command("history", "Show who set which configuration, and when. Example: hutch daq config history") { count };
        server.AddTo(command);
        command.SetAction(options => server.RunAsync("hutch daq config history", options, async client =>
        {
            var changes = await RestClient.AskAnyAsync(client, HttpMethod.Get, $"api/v1/config/history?n={options.GetValue(count)}").ConfigureAwait(false) as JsonArray ?? [];
            if (server.WantsJson(options))
                DaqOutput.Print(changes);
            else
            {
                foreach (var change in changes)
                    Console.WriteLine($"{change?["config_id"]}  {DaqOutput.Time(change?["at"])}  {change?["what"],-8}  {change?["who"]}{(change?["rollback_of"] is { } of ? $" (of {of})" : "")}");
            }
            return 0;
        }));
        return command;
    }

    private static void Show(bool json, JsonObject answer, string what)
    {
        if (json)
            DaqOutput.Print(answer);
        else
            Console.WriteLine($"{what}: configuration {answer["config_id"]}; hutch daq deployment shows when the servers have it");
    }
}
