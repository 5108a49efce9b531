using System.CommandLine;
using Hutch.Beamline.Control;

namespace Hutch.Cli;

/// <summary>The commands that act on services of a running beamline: start, stop, kill and restart are alike.</summary>
internal static class ServiceActionCommand
{
    public static Command Create(string name, string description)
    {
        var command = new Command(name, description);
        var selector = new SelectorOptions();
        var timeout = new Option<double>("--timeout") { Description = "Seconds to wait until it is done.", DefaultValueFactory = _ => 60, HelpName = "S" };
        selector.AddTo(command, withAll: true);
        command.Options.Add(timeout);
        command.SetAction(options => BeamlineCalls.Run($"hutch {name}", () =>
        {
            var request = new ControlRequest { Command = name, Services = selector.Read(options), TimeoutS = options.GetValue(timeout), Progress = true };
            using var client = ControlClient.Connect(options.GetValue(selector.Beamline));
            foreach (var reply in new WaitingLines().Follow(client.Send(request)))
                ServiceTable.Print(reply.Services ?? [], options.GetValue(selector.Json));
            return 0;
        }));
        return command;
    }
}
