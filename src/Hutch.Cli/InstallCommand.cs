using System.CommandLine;
using Hutch.Hosting;
using Hutch.Installation;
using Hutch.Installation.Files;

namespace Hutch.Cli;

/// <summary><c>hutch install PROGRAM [its options] --service-name NAME</c>: makes a command line a service of the operating system.</summary>
internal static class InstallCommand
{
    private const string Text = "Install a program, class, method, beamline file or executable as a service of the operating system, with the command line you tried it with. "
        + "PROGRAM is a program's name (below); Class=/path/assembly.dll; /path/assembly.dll:Type.Method; a beamline file; or -- /path/executable with its arguments. "
        + "Paths are absolute. '$NAME' in arguments and configuration files stands for an environment variable, whose value is kept secret. "
        + "Example: hutch install udp-receiver --config /etc/hutch/daq.json --service-name receiver";

    public static Command Create(InstallLine? line)
    {
        var command = new Command("install", Text);
        if (line is null)
            return command; // some other command is meant: nobody asks for these options
        InstallTarget? target = null;
        UserErrorException? problem = null;
        try
        {
            target = IsHelp(line) && line.Target is null ? null : InstallTarget.Find(line);
        }
        catch (UserErrorException error)
        {
            problem = error;
        }
        foreach (var program in Programs.All)
            command.Subcommands.Add(Fill(new Command(program.Name, program.Description), program, p => Run(line, new InstallTarget(UnitKind.Program, program.Name, null, program), p)));
        if (target is { Kind: not (UnitKind.Program or UnitKind.Executable) })
        {
            var sub = new Command(target.Subcommand, target.Program?.Description ?? $"Install {target.Name}, with its own arguments.");
            command.Subcommands.Add(Fill(sub, target.Program, (p) => Run(line, target, p)));
            sub.TreatUnmatchedTokensAsErrors = target.Kind != UnitKind.Method;
        }
        line.Subcommand = target is { Kind: not UnitKind.Executable } ? target.Subcommand : null;
        Fill(command, null, p => problem is null ? Run(line, target ?? InstallTarget.Find(line), p) : UserErrors.Report("hutch install", problem));
        return command;
    }

    private static bool IsHelp(InstallLine line) => line.All.Any(a => a is "--help" or "-h" or "-?" or "/?");

    private static Command Fill(Command command, HutchProgram? program, Func<(ParseResult, InstallArguments, Command), int> run)
    {
        var own = new InstallArguments();
        program?.AddOptions(command);
        own.AddTo(command);
        command.SetAction(given =>
        {
            try
            {
                return run((given, own, command));
            }
            catch (UserErrorException error)
            {
                return UserErrors.Report("hutch install", error);
            }
        });
        return command;
    }

    private static int Run(InstallLine line, InstallTarget target, (ParseResult Given, InstallArguments Own, Command Command) parsed)
    {
        var options = parsed.Own.Read(parsed.Given);
        var request = InstallChecks.Check(line, target, parsed.Given, parsed.Own, options);
        if (target.Program is not null && !parsed.Command.Options.Contains(parsed.Own.All[0])) // it has a service name of its own
            request = request with { Arguments = [.. request.Arguments, "--service-name", options.Name] };
        var folder = WorkingFolder.Find(options.UserUnit);
        var record = new Installer(ServiceManagers.For(options.UserUnit), folder, VariablePrompt.Ask).Install(request);
        Console.WriteLine($"{record.Name} is installed: {record.Runs}{(record.RunAs is null ? "" : $" as {record.RunAs}")}. It starts at boot; start it now with: hutch manage {record.Name} start");
        return 0;
    }
}
