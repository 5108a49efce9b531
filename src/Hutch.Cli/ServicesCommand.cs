using System.CommandLine;
using Hutch.Beamline.Control;

namespace Hutch.Cli;

/// <summary><c>hutch services</c>: lists the services of a running beamline.</summary>
internal static class ServicesCommand
{
    public static Command Create()
    {
        var command = new Command("services", "List services of a running beamline. Example: hutch services --alive --no-alive-dependants");
        var selector = new SelectorOptions();
        selector.AddTo(command, withAll: false);
        command.SetAction(options => BeamlineCalls.Run("hutch services", () =>
        {
            using var client = ControlClient.Connect(options.GetValue(selector.Beamline));
            foreach (var reply in client.Send(new ControlRequest { Command = "services", Services = selector.Read(options) }))
                ServiceTable.Print(reply.Services ?? [], options.GetValue(selector.Json));
            return 0;
        }));
        return command;
    }
}
