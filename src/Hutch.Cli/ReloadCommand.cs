using System.CommandLine;
using System.Text.Json;
using Hutch.Beamline;
using Hutch.Beamline.Control;

namespace Hutch.Cli;

/// <summary><c>hutch reload [FILE]</c>: applies a changed beamline file to the beamline that runs.</summary>
internal static class ReloadCommand
{
    public static Command Create()
    {
        var file = new Argument<string?>("FILE") { Description = "The beamline file. Default: the one that the beamline was started with.", Arity = ArgumentArity.ZeroOrOne };
        var beamline = new Option<string?>("--beamline", "-b") { Description = "The beamline, if several run. Default: the one that FILE names.", HelpName = "NAME" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only print what would be done." };
        var json = new Option<bool>("--json") { Description = "Print the plan as JSON: an array of objects with name, action (start, add, stop, restart, change) and because." };
        var timeout = new Option<double>("--timeout") { Description = "Seconds to wait until it is done.", DefaultValueFactory = _ => 60, HelpName = "S" };
        var command = new Command(
            "reload",
            "Apply a changed beamline file to the running beamline: new services start, removed ones stop, changed ones restart with their dependants; nothing else is touched, and an invalid file changes nothing. "
            + "Examples: hutch reload --dry-run; hutch reload examples/beamline.json")
        {
            file, beamline, dryRun, json, timeout,
        };
        command.SetAction(options => BeamlineCalls.Run("hutch reload", () =>
        {
            var path = options.GetValue(file) is { } given ? Path.GetFullPath(given) : null;
            using var client = ControlClient.Connect(options.GetValue(beamline) ?? (path is null ? null : NameIn(path)));
            var request = new ControlRequest { Command = "reload", File = path, DryRun = options.GetValue(dryRun), TimeoutS = options.GetValue(timeout), Progress = true };
            var plan = new List<ReloadStep>();
            IEnumerable<ControlReply> Replies()
            {
                foreach (var reply in client.Send(request))
                {
                    // At once, for what follows may take its time.
                    if (reply.Plan is { } steps && !options.GetValue(json))
                        Print(steps);
                    plan.AddRange(reply.Plan ?? []);
                    yield return reply;
                }
            }
            if (new WaitingLines().Follow(Replies()).Count == 0)
                throw new UserErrorException("the beamline has ended");
            if (options.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(plan, ControlProtocol.Default.ListReloadStep));
            return 0;
        }));
        return command;
    }

    private static string NameIn(string path) =>
        BeamlineReader.Read(path, new ProgramSource(), new BeamlineReading { MayLackVariables = true }).Name;

    private static void Print(IReadOnlyList<ReloadStep> plan)
    {
        foreach (var step in plan)
            Console.WriteLine($"{step.Action.ToString().ToLowerInvariant(),-8} {step.Name,-20} {step.Because}");
        if (plan.Count == 0)
            Console.WriteLine("nothing has changed");
    }
}
