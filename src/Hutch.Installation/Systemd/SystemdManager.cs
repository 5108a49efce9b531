using Hutch.Installation.Files;

namespace Hutch.Installation.Systemd;

/// <summary>The service manager of Linux: unit files, and systemctl(1).</summary>
public sealed partial class SystemdManager : IServiceManager
{
    private readonly bool _user;
    private readonly Systemctl _systemctl;
    private readonly string _units;

    /// <summary>The system's manager, or the user's own.</summary>
    public SystemdManager(bool userUnits)
    {
        _user = userUnits;
        _systemctl = new Systemctl(userUnits);
        var configuration = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } xdg ? xdg
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
        _units = userUnits ? Path.Combine(configuration, "systemd", "user") : "/etc/systemd/system";
    }

    /// <inheritdoc/>
    public void CheckRights()
    {
        if (!Directory.Exists("/run/systemd/system"))
            throw new UserErrorException("systemd is not running here (there is no /run/systemd/system); install it with: sudo apt-get install systemd-sysv, and reboot");
        if (!_user && !Environment.IsPrivilegedProcess)
            throw new UserErrorException("you do not have permission to change system services; run it as root (sudo), or add --user for a service of your own");
        if (_user && Answer() is { ExitCode: not 0 } answer)
            throw new UserErrorException($"your own service manager does not answer: {answer.Said}; log in again (not with su), or run: sudo loginctl enable-linger {Environment.UserName}");
    }

    /// <inheritdoc/>
    public (bool IsOurs, string Where)? Find(string name)
    {
        foreach (var suffix in new[] { ".service", ".target", ".timer" })
        {
            var unit = _systemctl.Show(name + suffix, "LoadState", "FragmentPath");
            var path = unit.GetValueOrDefault("FragmentPath") is { Length: > 0 } known ? known : Path.Combine(_units, name + suffix);
            if (File.Exists(path))
                return (File.ReadLines(path).Any(l => l == $"[{ServiceUnit.Mark}]"), path);
            if (unit.GetValueOrDefault("LoadState") is not ("not-found" or null or ""))
                return (false, $"{name + suffix} ({unit["LoadState"]})");
        }
        return null;
    }

    /// <inheritdoc/>
    public string? FolderOf(string name) => Find(name) is { IsOurs: true } found
        ? File.ReadLines(found.Where).FirstOrDefault(l => l.StartsWith("WorkingFolder=", StringComparison.Ordinal))?["WorkingFolder=".Length..]
        : null;

    /// <inheritdoc/>
    public void Check(InstallPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var options = plan.Request.Options;
        if (plan.User is { } user)
            CheckUser(user, plan);
        if (plan.Group is { } group)
            Accounts.CheckGroup(group);
        CheckTime("--every", "timespan", options.Every);
        CheckTime("--calendar", "calendar", options.Calendar);
        CheckFormat("--memory", options.MemoryLimit, @"^\d+(\.\d+)?[KMGT]?$|^\d+(\.\d+)?%$", "a size such as 500M or 2G");
        CheckFormat("--cpu-quota", options.CpuQuota, @"^\d+%$", "a share of one processor such as 50% or 200%");
        CheckFormat("--cpus", options.Cpus, @"^\d+(-\d+)?(,\d+(-\d+)?)*$", "processors such as 0-3,8");
    }

    /// <inheritdoc/>
    public void Install(InstallPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var files = new FileSet();
        var version = _systemctl.Version;
        try
        {
            foreach (var spec in plan.Specs)
                files.Write(FileOf(spec.Name + ".service"), ServiceUnit.Create(plan, spec, version), FileSet.Public);
            if (plan.IsSplit)
                files.Write(FileOf(plan.Name + ".target"), GroupUnits.Target(plan), FileSet.Public);
            if (plan.Request.Options.IsPeriodic)
                files.Write(FileOf(plan.Name + ".timer"), GroupUnits.Timer(plan), FileSet.Public);
            _systemctl.Do("systemd does not reload its units", "daemon-reload");
            _systemctl.Do($"{plan.Name} cannot be enabled at boot", "enable", "--quiet", Main(plan.Name));
            if (_user)
                CommandRun.Of("loginctl", "enable-linger"); // or it would run only while its user is logged in
        }
        catch
        {
            files.Undo();
            _systemctl.Run("daemon-reload");
            throw;
        }
    }

    /// <inheritdoc/>
    public void Remove(InstalledService service, bool all)
    {
        ArgumentNullException.ThrowIfNull(service);
        string[] names = [Main(service.Name), .. service.Units.Select(u => u + ".service"), service.Name + ".service"];
        foreach (var unit in names.Distinct().Where(u => File.Exists(FileOf(u))))
            _systemctl.Do($"{unit} does not stop", "disable", "--now", "--quiet", unit);
        foreach (var unit in names.Distinct())
        {
            File.Delete(FileOf(unit));
            if (all && Directory.Exists(FileOf(unit) + ".d"))
                Directory.Delete(FileOf(unit) + ".d", recursive: true);
        }
        _systemctl.Do("systemd does not reload its units", "daemon-reload");
        foreach (var unit in names.Distinct())
            _systemctl.Run("reset-failed", unit); // an error if there is nothing to be forgotten
    }

    // The user's own manager runs while its user is logged in, or, which is what a service needs, from boot to halt ("lingering").
    private CommandRun Answer()
    {
        var answer = _systemctl.Run("show-environment");
        // root may have enabled it just now: then it is being started, and whether the user may enable it does not matter.
        if (answer.ExitCode == 0 || (!File.Exists($"/var/lib/systemd/linger/{Environment.UserName}") && CommandRun.Of("loginctl", "enable-linger").ExitCode != 0))
            return answer;
        for (var tries = 0; tries < 100 && answer.ExitCode != 0; tries++)
        {
#pragma warning disable RS0030 // the service manager is polled: it reports nothing
            Thread.Sleep(100);
#pragma warning restore RS0030
            answer = _systemctl.Run("show-environment");
        }
        return answer;
    }

    private string FileOf(string unit) => Path.Combine(_units, unit);

    /// <summary>The unit that starts and stops all of a service.</summary>
    private string Main(string name) =>
        File.Exists(FileOf(name + ".target")) ? name + ".target" : File.Exists(FileOf(name + ".timer")) ? name + ".timer" : name + ".service";

    private static void CheckUser(string user, InstallPlan plan)
    {
        Accounts.Home(user);
        if (user == "root" || user == Environment.UserName)
            return;
        var (request, folder) = (plan.Request, plan.Folder.Path);
        while (!Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder)!;
        IEnumerable<(char What, string Path)> needed =
        [
            ('r', HutchProgramFile.Location), ('x', folder),
            .. request.Assembly is { } assembly ? [('r', assembly)] : Array.Empty<(char, string)>(),
            .. request.Kind == UnitKind.Beamline ? [('r', request.Target)] : Array.Empty<(char, string)>(),
            .. request.Kind == UnitKind.Executable ? [('x', request.Target)] : Array.Empty<(char, string)>(),
        ];
        foreach (var (what, path) in needed.Where(n => !Accounts.May(user, n.What, n.Path)))
            throw new UserErrorException($"user {user} may not {(what == 'r' ? "read" : "enter or run")} {path}; grant access, put it elsewhere, or choose another user with --run-as");
    }

    private static void CheckTime(string option, string kind, string? value)
    {
        if (value is not null && CommandRun.Of("systemd-analyze", kind, value) is { ExitCode: not 0 } answer)
            throw new UsageErrorException($"{option} is '{value}', which systemd does not understand: {answer.Said}; see systemd.time(7)");
    }

    private static void CheckFormat(string option, string? value, string pattern, string what)
    {
        if (value is not null && !System.Text.RegularExpressions.Regex.IsMatch(value, pattern))
            throw new UsageErrorException($"{option} is '{value}', but must be {what}");
    }
}
