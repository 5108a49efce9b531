using System.CommandLine;
using Hutch.Hosting;
using Hutch.Hosting.Secrets;
using Hutch.Installation.Classes;
using Hutch.Installation.Files;
using Hutch.Installation.Windows;
using Hutch.Services;
using Hutch.Services.Logging;
using Hutch.Services.Processes;
using Microsoft.Extensions.Logging;

namespace Hutch.Installation.Hosting;

/// <summary>
/// What runs in the process of an installed unit: reads its environment variables, runs its program, keeps the error that ends it
/// in its error log, and tells the service manager how it does.
/// </summary>
/// <param name="spec">What to run.</param>
/// <param name="programs">The programs that ship with Hutch.</param>
/// <param name="beamline">Runs a beamline file, or one service of it, until it is asked to stop; returns the exit code.</param>
public sealed class UnitHost(UnitSpec spec, IReadOnlyList<HutchProgram> programs, Func<UnitSpec, ProgramHostOptions, int> beamline)
{
    private SecretMask _mask = new([]);

    /// <summary>Runs until the work ends, fails, or is asked to stop.</summary>
    /// <param name="ready">Called when the services run.</param>
    /// <param name="stop">Asks it to stop.</param>
    /// <returns>The exit code.</returns>
    public int Run(Action ready, CancellationToken stop)
    {
        AppDomain.CurrentDomain.UnhandledException += (_, crash) => Note((Exception)crash.ExceptionObject);
        try
        {
            LoadVariables();
            Directory.SetCurrentDirectory(spec.StartFolder);
            int code;
            do
                code = RunOnce(ready, stop);
            while (spec.Repeat && code == 0 && !stop.WaitHandle.WaitOne(TimeSpan.FromSeconds(1)));
            return code;
        }
        catch (Exception error)
        {
            Note(error);
            Console.Error.WriteLine($"hutch: {spec.Name}: {(error is UserErrorException ? error.Message : error)}");
            return 1;
        }
    }

    private int RunOnce(Action ready, CancellationToken stop)
    {
        var options = new ProgramHostOptions { Stop = stop, Ready = ready, Failed = Note, WrapLoggers = plain => new MaskedLoggers(plain, text => _mask.Apply(text)) };
        if (spec.LinesAreProgress)
            options = options with { Overdue = service => service.SinceHeartbeat };
        if (spec.Kind == UnitKind.Beamline)
            return beamline(spec, options);
        using var loggers = new MaskedLoggers(LoggerFactory.Create(logging => logging.AddHutch()), _mask.Apply);
        var services = CreateServices(loggers);
        foreach (var service in services)
            service.StopTimeout = TimeSpan.FromSeconds(spec.StopTimeout);
        return ProgramHost.Run(services, Console.Error, options);
    }

    private IReadOnlyList<Service> CreateServices(MaskedLoggers loggers)
    {
        var arguments = spec.Arguments.Select(a => Variables.Expand(a, Environment.GetEnvironmentVariable, $"service {spec.Name}")).ToList();
        var logger = loggers.CreateLogger(spec.Name);
        return spec.Kind switch
        {
            UnitKind.Method => [new MethodService(spec.Name, UserMethod.Find(spec.Target, spec.Assembly!), arguments, logger)],
            UnitKind.Executable when OperatingSystem.IsWindows() => [new ExecutableService(spec, arguments, logger)],
            UnitKind.Executable => [new ProcessService(spec.Name, new ProcessCommand(spec.Target, arguments) { WorkingDirectory = spec.StartFolder }, logger)],
            UnitKind.Class => Create(ServiceClass.Find(spec.Target, spec.Assembly!), arguments, loggers),
            _ => Create(programs.Single(p => p.Name == spec.Target), arguments, loggers),
        };
    }

    private static IReadOnlyList<Service> Create(HutchProgram program, List<string> arguments, ILoggerFactory loggers)
    {
        var command = new Command(program.Name);
        program.AddOptions(command);
        var parsed = command.Parse(arguments);
        return parsed.Errors.Count == 0
            ? program.CreateServices(parsed, loggers)
            : throw new UserErrorException(string.Join("; ", parsed.Errors.Select(e => e.Message)));
    }

    // systemd passes them as a credential that only this process may read, or in the environment; elsewhere they are read from the file.
    private void LoadVariables()
    {
        var file = Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is { } folder && File.Exists(Path.Combine(folder, CredentialName))
            ? Path.Combine(folder, CredentialName)
            : spec.VariablesFile;
        var variables = file is null ? [] : VariablesFile.Read(file);
        foreach (var (name, value) in variables)
            Environment.SetEnvironmentVariable(name, value);
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(StartupVariables.ServiceName)))
            Environment.SetEnvironmentVariable(StartupVariables.ServiceName, spec.Name);
        foreach (System.Collections.DictionaryEntry inherited in Environment.GetEnvironmentVariables())
            variables.TryAdd((string)inherited.Key, (string?)inherited.Value ?? "");
        _mask = new SecretMask(variables);
        Console.SetError(_mask.Over(Console.Error));
    }

    private void Note(Exception error)
    {
        if (ErrorLog.Write(spec.ErrorLog, spec.Name, _mask.Apply(error.ToString())) is { } problem)
            Console.Error.WriteLine($"hutch: {spec.Name}: {problem}");
        EventSource.Report(spec.Name, _mask.Apply(error.ToString()));
    }

    internal const string CredentialName = "hutch.env";
}
