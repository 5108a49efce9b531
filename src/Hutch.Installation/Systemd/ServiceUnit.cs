using System.Globalization;
using Hutch.Installation.Hosting;

namespace Hutch.Installation.Systemd;

/// <summary>Makes the service unit of what is installed, see systemd.service(5).</summary>
internal static class ServiceUnit
{
    /// <summary>What tells our units from others; systemd passes over sections that begin with X-.</summary>
    public const string Mark = "X-Hutch";

    /// <summary>Half a minute: more than a garbage collection, a slow disk or a busy machine takes, less than a person waits.</summary>
    private const double DefaultWatchdog = 30;

    /// <summary>The first version that can wait longer with each restart.</summary>
    private const int VersionWithSteps = 254;

    public static string Create(InstallPlan plan, UnitSpec spec, int systemdVersion)
    {
        var options = plan.Request.Options;
        var unit = new UnitText();
        unit.Comment($"Written by hutch install; 'hutch manage {plan.Name} remove' removes it.\nTo change a setting: systemctl edit {spec.Name}");
        unit.Section("Unit").Set("Description", UnitText.Plain(Describe(plan, spec)));
        AddOrder(unit, plan, spec);
        // Twenty failures in ten minutes, one after the other, are no accident: it then waits for a person.
        unit.Set("StartLimitIntervalSec", "10min").Set("StartLimitBurst", "20");
        unit.Section("Service");
        AddCommand(unit, plan, spec);
        AddEnds(unit, options, spec, systemdVersion);
        AddLimits(unit, options);
        Sandbox.Add(unit, plan, spec);
        if (!options.IsPeriodic)
            unit.Section("Install").Set("WantedBy", plan.IsSplit ? plan.Name + ".target" : options.UserUnit ? "default.target" : "multi-user.target");
        unit.Section(Mark).Set("Service", plan.Name).Set("WorkingFolder", plan.Folder.Path).Set("Kind", spec.Kind.ToString());
        return unit.ToString();
    }

    /// <summary>The line under which it is listed.</summary>
    public static string Describe(InstallPlan plan, UnitSpec spec) => plan.Request.Options.Description
        ?? $"{spec.Name} (Hutch {spec.Kind.ToString().ToLowerInvariant()} {(spec.Kind is UnitKind.Beamline or UnitKind.Executable ? Path.GetFileName(spec.Target) : spec.Target)}{(spec.Only is null ? "" : $": {spec.Only}")})";

    private static void AddOrder(UnitText unit, InstallPlan plan, UnitSpec spec)
    {
        if (!plan.Request.Options.UserUnit)
        {
            unit.Set("Wants", "network-online.target").Set("After", "network-online.target local-fs.target remote-fs.target nss-user-lookup.target");
            foreach (var path in plan.Request.Paths.Concat([spec.Assembly]).OfType<string>().Distinct())
                unit.Set("RequiresMountsFor", UnitText.Quote(path));
        }
        if (!plan.IsSplit)
            return;
        unit.Set("PartOf", plan.Name + ".target");
        foreach (var dependency in plan.Request.Parts.Single(p => p.Name == spec.Only).DependsOn)
            unit.Set("BindsTo", plan.UnitOf(dependency) + ".service").Set("After", plan.UnitOf(dependency) + ".service");
    }

    private static void AddCommand(UnitText unit, InstallPlan plan, UnitSpec spec)
    {
        unit.Set("Type", "notify").Set("NotifyAccess", "main")
            .Set("ExecStart", $"/bin/sh {UnitText.Word(plan.Folder.Launcher(spec.Name))}")
            .Set("WorkingDirectory", UnitText.Plain(spec.StartFolder));
        if (!plan.Request.Options.UserUnit)
        {
            unit.Set("User", plan.User).Set("Group", plan.Group);
            unit.Set("Environment", UnitText.Quote($"HOME={Accounts.Home(plan.User ?? "root")}"));
        }
        unit.Set("Environment", UnitText.Quote("DOTNET_NOLOGO=1"));
        if (HutchProgramFile.RuntimeFolder is { } runtime)
            unit.Set("Environment", UnitText.Quote($"DOTNET_ROOT={runtime}"));
        if (plan.HasVariables)
        {
            // A process of the user's own reads the environment; what runs inside hutch gets a file that no other process can see.
            var file = plan.Folder.Variables(plan.Name);
            if (spec.Kind == UnitKind.Executable || plan.Request.Options.UserUnit)
                unit.Set("EnvironmentFile", UnitText.Plain(file));
            else
                unit.Set("LoadCredential", $"{UnitHost.CredentialName}:{UnitText.Plain(file)}");
        }
        unit.Set("SyslogIdentifier", spec.Name).Set("LogExtraFields", UnitText.Quote($"HUTCH_UNIT={spec.Name}"));
    }

    private static void AddEnds(UnitText unit, InstallOptions options, UnitSpec spec, int systemdVersion)
    {
        unit.Set("Restart", options.IsPeriodic ? "no" : options.Restart switch { RestartChoice.Always => "always", RestartChoice.Never => "no", _ => "on-failure" });
        unit.Set("RestartSec", "1s");
        if (systemdVersion >= VersionWithSteps)
            unit.Set("RestartSteps", "8").Set("RestartMaxDelaySec", "1min");
        // A service of a beamline file is ready when it says so, which may take as long as it takes.
        unit.Set("TimeoutStartSec", spec.Only is null ? "90s" : "infinity");
        // The work gets the time it was promised; the process, as long again to tell and tidy up.
        unit.Set("TimeoutStopSec", Seconds(options.StopTimeout + 10)).Set("KillMode", "mixed");
        // The runtime takes the first SIGABRT, systemd's way to end what hangs, as none of its business.
        if ((options.Watchdog ?? (spec.Kind is UnitKind.Method or UnitKind.Executable ? 0 : DefaultWatchdog)) is > 0 and var watchdog)
            unit.Set("WatchdogSec", Seconds(watchdog)).Set("WatchdogSignal", "SIGKILL").Set("TimeoutAbortSec", "5s");
    }

    private static void AddLimits(UnitText unit, InstallOptions options)
    {
        unit.Set("LimitNOFILE", "65536").Set("LimitCORE", "0");
        unit.Set("MemoryMax", options.MemoryLimit).Set("CPUQuota", options.CpuQuota).Set("CPUAffinity", options.Cpus?.Replace(',', ' '));
    }

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.###}s");
}
