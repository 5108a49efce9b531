using System.CommandLine;
using Spectre.Console;

namespace Hutch.Cli;

/// <summary><c>hutch top</c>: the services and the acquisition, live in a terminal, with keys to act.</summary>
internal static class TopCommand
{
    public static Command Create()
    {
        var beamline = new Option<string?>("--beamline", "-b") { Description = "The beamline, if several run.", HelpName = "NAME" };
        var url = new Option<string?>("--url") { Description = "The URL of the rest program, for the acquisition (environment: STD_DAQ_API_URL; default: http://127.0.0.1:5000).", HelpName = "URL" };
        var once = new Option<bool>("--once") { Description = "Print one snapshot and exit, as without a terminal." };
        var command = new Command("top", "Show services and acquisition live, with keys to start, stop, restart and follow logs. Example: hutch top --beamline demo") { beamline, url, once };
        command.SetAction(options => BeamlineCalls.Run("hutch top", () =>
        {
            using var source = new TopSource(options.GetValue(beamline), options.GetValue(url));
            source.Refresh();
            if (options.GetValue(once) || Console.IsOutputRedirected || Console.IsInputRedirected)
            {
                if (Console.IsOutputRedirected)
                    AnsiConsole.Profile.Width = 250;
                AnsiConsole.Write(TopView.Of(source, selected: -1, log: null, height: int.MaxValue));
                return source.Error is null ? 0 : throw new UserErrorException(source.Error);
            }
            AnsiConsole.AlternateScreen(() => new TopScreen(source).Run());
            return 0;
        }));
        return command;
    }
}
