using System.CommandLine;
using Hutch.Hosting;
using Hutch.Services.Logging;
using Microsoft.Extensions.Logging;

namespace Hutch.Cli;

/// <summary><c>hutch run PROGRAM [options]</c>: runs one program in the foreground.</summary>
internal static class RunCommand
{
    /// <summary>The variable that says from which level on is logged: trace, debug, info (default), warning, error.</summary>
    private const string LevelVariable = "HUTCH_LOG_LEVEL";

    /// <param name="programs">The programs that it can run.</param>
    public static Command Create(IReadOnlyList<HutchProgram> programs)
    {
        var run = new Command("run", "Run a program in the foreground. Example: hutch run udp-receiver --config daq.json");
        foreach (var program in programs)
            run.Subcommands.Add(CreateProgram(program));
        return run;
    }

    private static Command CreateProgram(HutchProgram program)
    {
        var command = new Command(program.Name, $"{program.Description} Example: {program.Example}");
        program.AddOptions(command);
        command.SetAction(options =>
        {
            try
            {
                var level = Environment.GetEnvironmentVariable(LevelVariable) is { Length: > 0 } given ? LogSetup.ParseLevel(given) : LogLevel.Information;
                using var loggers = LoggerFactory.Create(logging => logging.AddHutch().SetMinimumLevel(level));
                var services = program.CreateServices(options, loggers);
                var exitCode = ProgramHost.Run(services, Console.Error, new ProgramHostOptions { Name = program.Name });
                if (program.Summary(services) is { } summary)
                    Console.WriteLine(summary);
                return exitCode;
            }
            catch (UserErrorException error)
            {
                return UserErrors.Report($"hutch run {program.Name}", error);
            }
        });
        return command;
    }
}
