using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hutch.Hosting;

namespace Hutch.Cli;

/// <summary><c>hutch daq stats</c>.</summary>
internal static class DaqStatsCommand
{
    public static Command Create()
    {
        var server = new DaqConnection();
        var command = new Command("stats", "Show images and bytes per second. Example: hutch daq stats");
        server.AddTo(command);
        command.SetAction(options => server.RunAsync("hutch daq stats", options, async client =>
        {
            var stats = (await RestClient.AskAsync(client, HttpMethod.Get, "daq/stats").ConfigureAwait(false))["stats"];
            if (server.WantsJson(options))
                DaqOutput.Print(stats);
            else if (stats is null)
                Console.WriteLine("no image has arrived yet");
            else
            {
                foreach (var name in (string[])["detector", "writer"])
                    Console.WriteLine($"{name,-8} {Number(stats[name]?["images_per_second"]),10:0.0} images/s {Number(stats[name]?["bytes_per_second"]) / 1e6,10:0.0} MB/s");
            }
            return 0;
        }));
        return command;
    }

    private static double Number(JsonNode? node) => node is null ? 0 : double.Parse(node.ToString(), CultureInfo.InvariantCulture);
}
