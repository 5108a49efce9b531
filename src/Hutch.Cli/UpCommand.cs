using System.CommandLine;

namespace Hutch.Cli;

/// <summary><c>hutch up FILE</c>: runs a beamline file under supervision.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The beamline file (JSON with comments)." };
        var detach = new Option<bool>("--detach", "-d") { Description = "Move to the background once all services are ready." };
        var plain = new Option<bool>("--plain") { Description = "Print log lines instead of the live table." };
        var timeout = new Option<double>("--timeout") { Description = "With --detach: seconds until services that are not ready are reported.", DefaultValueFactory = _ => 60, HelpName = "S" };
        var check = new Option<bool>("--check") { Description = "Only check the file." };
        var command = new Command("up", "Run the services of a beamline file under supervision. Example: hutch up examples/beamline.json") { file, detach, plain, timeout, check };
        command.SetAction(options => BeamlineCalls.Run("hutch up", () =>
        {
            var path = options.GetValue(file)!;
            if (options.GetValue(check))
                return BeamlineForeground.Check(path);
            return options.GetValue(detach)
                ? BeamlineBackground.Start(path, TimeSpan.FromSeconds(options.GetValue(timeout)), Console.Out)
                : BeamlineForeground.Run(path, live: !options.GetValue(plain) && !Console.IsOutputRedirected);
        }));
        return command;
    }
}
