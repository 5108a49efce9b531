using System.CommandLine;
using System.Text.Json.Nodes;
using Hutch.Hosting;

namespace Hutch.Cli;

/// <summary><c>hutch daq deployment</c>.</summary>
internal static class DaqDeploymentCommand
{
    public static Command Create()
    {
        var server = new DaqConnection();
        var command = new Command("deployment", "Show which servers have the configuration; exit code 1 if it failed. Example: hutch daq deployment");
        server.AddTo(command);
        command.SetAction(options => server.RunAsync("hutch daq deployment", options, async client =>
        {
            var deployment = (await RestClient.AskAsync(client, HttpMethod.Get, "daq/deployment").ConfigureAwait(false))["deployment"];
            if (server.WantsJson(options))
                DaqOutput.Print(deployment);
            else
            {
                Console.WriteLine($"{deployment?["status"]}: {deployment?["message"]} (configuration {deployment?["config_id"] ?? "none"})");
                foreach (var (name, said) in deployment?["servers"] as JsonObject ?? [])
                    Console.WriteLine($"  {name}: {said}");
            }
            return (string?)deployment?["status"] == "ERROR" ? 1 : 0;
        }));
        return command;
    }
}
