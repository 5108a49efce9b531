using System.CommandLine;
using Hutch.Beamline.Control;

namespace Hutch.Cli;

/// <summary><c>hutch down</c>: ends a running beamline.</summary>
internal static class DownCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("BEAMLINE") { Description = "Its name, if several run.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("down", "Stop a running beamline: all its services, dependants first. Example: hutch down demo") { name };
        command.SetAction(options => BeamlineCalls.Run("hutch down", () =>
        {
            using var client = ControlClient.Connect(options.GetValue(name));
            if (!client.Send(new ControlRequest { Command = "down" }).Any())
                throw new UserErrorException("the beamline ended without replying");
            return 0;
        }));
        return command;
    }
}
