using System.CommandLine;
using Hutch.Beamline;
using Hutch.Hosting;
using Hutch.Hosting.Secrets;
using Hutch.Installation;
using Hutch.Installation.Checks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Cli;

/// <summary>Checks all that can be checked of what is to be installed before anything is written.</summary>
internal static class InstallChecks
{
    /// <exception cref="UserErrorException">Something is wrong.</exception>
    public static InstallRequest Check(InstallLine line, InstallTarget target, ParseResult given, InstallArguments own, InstallOptions options)
    {
        UnitName.Check(options.Name);
        var folder = Environment.CurrentDirectory;
        var checks = new ArgumentChecks(folder, Environment.GetEnvironmentVariable);
        var request = new InstallRequest
        {
            Options = options,
            Kind = target.Kind,
            Target = target.Name,
            Assembly = target.Assembly,
            Arguments = line.Executable is { } words ? [.. words.Skip(1)] : line.Arguments,
            CommandLine = line.All,
            Folder = folder,
        };
        if (options.Split && target.Kind != UnitKind.Beamline)
            throw new UsageErrorException("--split is for beamline files: each service becomes a unit; leave it out");
        if (target.Kind == UnitKind.Beamline)
            return Beamline(request);
        if (target.Program is null)
            checks.Check(request.Arguments);
        else
            checks.Check(given, o => own.All.Contains(o) || o.Name == "--service-name");
        checks.Refuse();
        if (target.Kind == UnitKind.Executable && checks.Mentioned.FirstOrDefault(SecretNames.LooksSecret) is { } secret)
            throw new UsageErrorException($"${secret} would be visible in the process list as an argument of {target.Name}; let the program read it from its environment, and add --env {secret}");
        if (target.Program is { } program && checks.Mentioned.All(m => Environment.GetEnvironmentVariable(m) is not null))
            CheckProgram(program, [.. line.Arguments]);
        return request with { Mentioned = checks.Mentioned, Paths = checks.Paths };
    }

    private static void CheckProgram(HutchProgram program, IReadOnlyList<string> arguments)
    {
        var command = new Command(program.Name);
        program.AddOptions(command);
        var parsed = command.Parse([.. arguments.Select(a => Variables.Expand(a, Environment.GetEnvironmentVariable, a))]);
        if (parsed.Errors.Count > 0)
            throw new UsageErrorException(string.Join(Environment.NewLine, parsed.Errors.Select(e => e.Message)));
        program.Check(parsed, NullLoggerFactory.Instance);
    }

    // Relative paths in a beamline file start at its folder, wherever it is run: they stay as they are.
    private static InstallRequest Beamline(InstallRequest request)
    {
        if (request.Arguments.Count > 0)
            throw new UsageErrorException($"a beamline file has no arguments, but '{request.Arguments[0]}' was given");
        var file = BeamlineReader.Read(request.Target, new ProgramSource(), new BeamlineReading { LooksAround = true, MayLackVariables = true });
        var mentioned = Variables.MentionedIn(File.ReadAllText(request.Target).Replace("\"$schema\"", "", StringComparison.Ordinal));
        request = request with { Mentioned = mentioned, Paths = [request.Target] };
        if (!request.Options.Split)
            return request;
        if (request.Options.IsPeriodic)
            throw new UsageErrorException("--split cannot be periodic; leave out --every and --calendar");
        if (file.Services.Find(s => s.Group is not null) is { Group: { } group } first)
            throw new UserErrorException($"{request.Target}: {first.Name} is restarted together with group {group}, which separate units are not; leave out --split");
        if (file.Services.Find(s => s.DependsOn.Exists(d => d.Condition == DependencyCondition.Completed)) is { } waiting)
            throw new UserErrorException($"{request.Target}: {waiting.Name} starts after the completion of another service, which separate units cannot; leave out --split");
        foreach (var service in file.Services)
            UnitName.Check($"{request.Options.Name}-{service.Name}");
        return request with { Parts = [.. file.Services.Select(s => new UnitPart(s.Name, [.. s.DependsOn.Select(d => d.Service)], s.Autostart))] };
    }
}
