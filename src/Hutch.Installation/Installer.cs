using Hutch.Installation.Checks;
using Hutch.Installation.Files;
using Hutch.Installation.Hosting;

namespace Hutch.Installation;

/// <summary>Installs something as a service: all is checked first, and then all is written, or nothing.</summary>
/// <param name="manager">The service manager of the operating system.</param>
/// <param name="folder">Where files go.</param>
/// <param name="ask">Asks for the value of a variable, hidden or not; null when nobody can be asked.</param>
public sealed class Installer(IServiceManager manager, WorkingFolder folder, Func<string, bool, string>? ask)
{
    /// <summary>Installs.</summary>
    /// <returns>The record of it.</returns>
    /// <exception cref="UserErrorException">Something is wrong; nothing was written.</exception>
    public InstallRecord Install(InstallRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var options = request.Options;
        UnitName.Check(options.Name);
        manager.CheckRights();
        var plan = Plan(request);
        RefuseTaken([options.Name, .. plan.Specs.Select(s => s.Name)]);
        manager.Check(plan);
        var kept = VariablesFile.Read(folder.Variables(options.Name));
        var values = VariableValues.Find(request.Mentioned.Concat(options.Variables).Concat(kept.Keys), Environment.GetEnvironmentVariable, kept, ask);
        plan = plan with { HasVariables = values.Count > 0, Specs = [.. plan.Specs.Select(s => s with { VariablesFile = OperatingSystem.IsWindows() && values.Count > 0 ? folder.Variables(options.Name) : null })] };
        var record = new InstallRecord
        {
            Name = options.Name,
            CommandLine = request.CommandLine,
            Folder = request.Folder,
            RunAs = plan.User,
            Variables = [.. values.Keys.Order(StringComparer.Ordinal)],
            Units = [.. plan.Specs.Select(s => s.Name)],
            Runs = $"{request.Kind.ToString().ToLowerInvariant()} {request.Target}",
            InstalledAt = DateTimeOffset.Now,
        };
        Write(plan, values, record);
        folder.Note($"installed {options.Name}: {record.Runs}{(plan.User is null ? "" : $" as {plan.User}")}");
        return record;
    }

    private InstallPlan Plan(InstallRequest request)
    {
        var options = request.Options;
        var account = (options.RunAs ?? (options.UserUnit || OperatingSystem.IsWindows() ? null : DefaultUser()))?.Split(':', 2);
        var plan = new InstallPlan { Request = request, Folder = folder, Specs = [], User = account?[0], Group = account?.ElementAtOrDefault(1) };
        var spec = new UnitSpec
        {
            Name = options.Name,
            Kind = request.Kind,
            Target = request.Target,
            Assembly = request.Assembly,
            Arguments = request.Arguments,
            ErrorLog = ErrorLog.PathFor(request.Folder, options.Name),
            LinesAreProgress = request.Kind is UnitKind.Method or UnitKind.Executable && options.Watchdog > 0,
            Repeat = OperatingSystem.IsWindows() && options.Restart == RestartChoice.Always,
            StopTimeout = options.StopTimeout,
            StartFolder = request.Kind == UnitKind.Beamline ? Path.GetDirectoryName(request.Target)! : folder.Path,
        };
        return plan with { Specs = request.Parts.Count == 0 ? [spec] : [.. request.Parts.Select(p => spec with { Name = plan.UnitOf(p.Name), Only = p.Name })] };
    }

    // Whoever tried it with 'hutch run', and then installed it with sudo, wants it to run as before.
    private static string DefaultUser() => Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } user ? user : Environment.UserName;

    private void RefuseTaken(IEnumerable<string> names)
    {
        foreach (var name in names.Distinct())
        {
            if (manager.Find(name) is not { } found)
                continue;
            throw new UserErrorException(found.IsOurs
                ? $"there is already a service {name}; install it again with 'hutch manage {name} stop_and_reinstall', remove it with 'hutch manage {name} stop_and_remove', or choose another --service-name"
                : $"{name} is the name of a service that is not Hutch's ({found.Where}); choose another --service-name");
        }
    }

    private void Write(InstallPlan plan, Dictionary<string, string> values, InstallRecord record)
    {
        var files = new FileSet();
        try
        {
            if (values.Count > 0)
                files.Write(folder.Variables(plan.Name), VariablesFile.Write(values), FileSet.Private);
            foreach (var spec in plan.Specs)
            {
                files.Write(folder.Spec(spec.Name), spec.ToJson(), FileSet.Public);
                files.Write(folder.Launcher(spec.Name), Launcher.Create(spec, folder), FileSet.Program);
                if (plan.User is { } user && user != Environment.UserName && !OperatingSystem.IsWindows() && !Accounts.May(user, 'w', plan.Request.Folder))
                    GiveErrorLog(files, spec.ErrorLog, record.RunAs!);
            }
            files.Write(folder.Record(plan.Name), record.ToJson(), FileSet.Public);
            manager.Install(plan);
        }
        catch
        {
            files.Undo();
            throw;
        }
    }

    // The service may not make a file in the folder that it was installed from, but write into one that is there.
    private static void GiveErrorLog(FileSet files, string path, string user)
    {
        if (!File.Exists(path))
            files.Write(path, "", FileSet.Private | UnixFileMode.GroupRead);
        if (CommandRun.Of("chown", user, path) is { ExitCode: not 0 } answer)
            throw new UserErrorException($"cannot give {path} to {user}: {answer.Said}");
    }
}
