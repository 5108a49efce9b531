using System.CommandLine;

namespace Hutch.Cli;

/// <summary><c>hutch request kill TAG ID</c>: asks the services of a tag to give a request up.</summary>
internal static class RequestKillCommand
{
    public static Command Create()
    {
        var tag = new Argument<string>("TAG") { Description = "The tag the service listens to." };
        var id = new Argument<string>("ID") { Description = "The request's id." };
        var bus = RequestCommand.BusOption();
        var timeout = RequestCommand.TimeoutOption("How long to wait for the bus.");
        var command = new Command("kill", "Kill a request. Example: hutch request kill psi.writer 0b5b1c9a-6f6c-4f2e-9a53-0d6f5f0c8a11") { tag, id, bus, timeout };
        command.SetAction((options, _) => RequestCommand.RunAsync("hutch request kill", options.GetValue(bus), options.GetValue(timeout), async (client, cancel) =>
        {
            await client.KillAsync(options.GetValue(tag)!, options.GetValue(id)!, cancel);
            return 0;
        }));
        return command;
    }
}
