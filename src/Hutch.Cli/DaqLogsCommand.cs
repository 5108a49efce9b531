using System.CommandLine;
using System.Text.Json.Nodes;
using Hutch.Hosting;

namespace Hutch.Cli;

/// <summary><c>hutch daq logs</c>.</summary>
internal static class DaqLogsCommand
{
    public static Command Create()
    {
        var server = new DaqConnection();
        var count = new Option<int>("-n") { Description = "How many.", DefaultValueFactory = _ => 10 };
        var command = new Command("logs", "Show the last acquisitions and the reports on their files. Example: hutch daq logs -n 5") { count };
        server.AddTo(command);
        command.SetAction(options => server.RunAsync("hutch daq logs", options, async client =>
        {
            var logs = (await RestClient.AskAsync(client, HttpMethod.Get, $"daq/logs/{options.GetValue(count)}").ConfigureAwait(false))["logs"];
            if (server.WantsJson(options))
                DaqOutput.Print(logs);
            else
            {
                foreach (var (id, log) in logs as JsonObject ?? [])
                {
                    var reports = (log?["reports"] as JsonArray)?.Select(r => (string?)r?["status"]) ?? [];
                    Console.WriteLine($"{id}  {DaqOutput.Time(log?["stats"]?["stop_time"])}  {log?["info"]?["output_file"]}: {log?["stats"]?["n_write_completed"]} of {log?["info"]?["n_images"]} images; {log?["message"]} {string.Join(' ', reports)}");
                }
            }
            return 0;
        }));
        return command;
    }
}
