using System.CommandLine;
using Hutch.Beamline.Control;

namespace Hutch.Cli;

/// <summary><c>hutch logs NAME</c>: what services of a running beamline have logged and written.</summary>
internal static class LogsCommand
{
    public static Command Create()
    {
        var command = new Command("logs", "Show the last log lines of services of a running beamline. Example: hutch logs -f writer");
        var selector = new SelectorOptions();
        var follow = new Option<bool>("--follow", "-f") { Description = "Keep printing new lines until Ctrl-C." };
        selector.AddTo(command, withAll: false);
        command.Options.Add(follow);
        command.SetAction(options => BeamlineCalls.Run("hutch logs", () =>
        {
            using var client = ControlClient.Connect(options.GetValue(selector.Beamline));
            var json = options.GetValue(selector.Json);
            foreach (var reply in client.Send(new ControlRequest { Command = "logs", Services = selector.Read(options), Follow = options.GetValue(follow) }))
                Console.WriteLine(json ? System.Text.Json.JsonSerializer.Serialize(reply.Line) : reply.Line);
            return 0;
        }));
        return command;
    }
}
