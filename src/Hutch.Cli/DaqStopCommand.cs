using System.CommandLine;
using System.Text.Json.Nodes;
using Hutch.Hosting;

namespace Hutch.Cli;

/// <summary><c>hutch daq stop</c>.</summary>
internal static class DaqStopCommand
{
    public static Command Create()
    {
        var server = new DaqConnection();
        var command = new Command("stop", "Stop the acquisition; the images written so far are kept. Example: hutch daq stop");
        server.AddTo(command);
        command.SetAction(options => server.RunAsync("hutch daq stop", options, async client =>
        {
            var writer = (await RestClient.AskAsync(client, HttpMethod.Post, "writer/stop", new JsonObject()).ConfigureAwait(false))["writer"];
            if (server.WantsJson(options))
                DaqOutput.Print(writer);
            else
                Console.WriteLine(DaqOutput.Line(writer));
            return 0;
        }));
        return command;
    }
}
