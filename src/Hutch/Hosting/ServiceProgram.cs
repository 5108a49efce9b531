using System.CommandLine;
using System.CommandLine.Help;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Hosting;

/// <summary>The whole main program of a service in one call.</summary>
public static class ServiceProgram
{
    /// <summary>
    /// Reads the command line, environment and configuration, reports the status to the store if there is one, and runs
    /// the services until they end or a signal asks them to.
    /// </summary>
    /// <param name="args">The command line.</param>
    /// <param name="defaults">The defaults.</param>
    /// <param name="create">Makes the services, in the order in which they are to start.</param>
    /// <param name="options">The program's own options; <see cref="ServiceSetup.Arguments"/> has their values.</param>
    /// <returns>The exit code: 0 if all ended well, 1 if something failed, 2 if the command line was wrong.</returns>
    public static int Run(string[] args, StartupDefaults defaults, Func<ServiceSetup, IReadOnlyList<Service>> create, params Option[] options)
    {
        ArgumentNullException.ThrowIfNull(defaults);
        ArgumentNullException.ThrowIfNull(create);
        var startup = new StartupOptions();
        var program = Path.GetFileNameWithoutExtension(Environment.GetCommandLineArgs()[0]);
        var command = new Command(program, $"A service. Example: {program} --service-name {defaults.ServiceName ?? "facility.beamline.name"} -c config.json")
        {
            new HelpOption(),
            new VersionOption(),
        };
        startup.AddTo(command);
        foreach (var option in options)
            command.Options.Add(option);
        command.SetAction(result => RunAsync(startup.Read(result), defaults, create, result).GetAwaiter().GetResult());
        var parsed = command.Parse(args);
        var exitCode = parsed.Invoke();
        return parsed.Errors.Count > 0 ? 2 : exitCode;
    }

    private static async Task<int> RunAsync(StartupArguments arguments, StartupDefaults defaults, Func<ServiceSetup, IReadOnlyList<Service>> create, ParseResult result)
    {
        try
        {
            await using var setup = await Startup.PrepareAsync(arguments, defaults).ConfigureAwait(false);
            setup.Arguments = result;
            setup.Loggers.CreateLogger(setup.ServiceName).LogInformation("{Service} starts; configuration: {Source}, store: {Store}",
                setup.ServiceName, setup.ConfigSource, setup.Store?.Address ?? "none");
            var services = create(setup);
            // Beside the services, not among them: the program ends when they have ended.
            using var status = setup.Store is null ? null : new StatusReporter(setup);
            status?.Start();
            return ProgramHost.Run(services, Console.Error, new ProgramHostOptions { Name = setup.ServiceName });
        }
        catch (UserErrorException error)
        {
            await Console.Error.WriteLineAsync($"{result.CommandResult.Command.Name}: {error.Message}").ConfigureAwait(false);
            return error is UsageErrorException ? 2 : 1;
        }
    }
}
