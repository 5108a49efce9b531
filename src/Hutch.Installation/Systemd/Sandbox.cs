namespace Hutch.Installation.Systemd;

/// <summary>
/// The sandboxing settings of a unit, see systemd.exec(5). MemoryDenyWriteExecute is never among them: the runtime's compiler writes code.
/// </summary>
internal static class Sandbox
{
    // What needs no namespace, and therefore also works in a user's own manager.
    private static readonly (string, string)[] Everywhere =
    [
        ("NoNewPrivileges", "yes"),
        ("LockPersonality", "yes"),
        ("RestrictSUIDSGID", "yes"),
        ("RestrictNamespaces", "yes"),
        ("SystemCallArchitectures", "native"),
    ];

    // Programs of one detector meet in /tmp and /dev/shm, the writer takes on another user's id, pinned threads set their priority.
    private static readonly (string Name, string Value)[] Standard =
    [
        ("ProtectSystem", "full"),
        ("ProtectKernelTunables", "yes"),
        ("ProtectKernelModules", "yes"),
        ("ProtectKernelLogs", "yes"),
        ("ProtectControlGroups", "yes"),
        ("ProtectClock", "yes"),
        ("ProtectHostname", "yes"),
    ];

    private static readonly (string Name, string Value)[] Strict =
    [
        ("ProtectSystem", "strict"),
        ("ProtectHome", "read-only"),
        ("ProtectProc", "invisible"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("PrivateIPC", "yes"),
        ("RestrictRealtime", "yes"),
        ("CapabilityBoundingSet", ""),
        ("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6 AF_NETLINK"),
        ("SystemCallFilter", "@system-service"),
        ("SystemCallErrorNumber", "EPERM"),
        ("UMask", "0027"),
    ];

    public static void Add(UnitText unit, InstallPlan plan, UnitSpec spec)
    {
        var level = plan.Request.Options.Sandbox;
        if (level == SandboxLevel.Off)
            return;
        Add(unit, Everywhere);
        if (plan.Request.Options.UserUnit)
            return;
        Add(unit, level != SandboxLevel.Strict ? Standard : [.. Standard.Skip(1), .. IsInTmp(plan, spec) ? Strict.Where(s => s.Name != "PrivateTmp") : Strict]);
        if (level != SandboxLevel.Strict)
            return;
        // The minus sign: a folder that is not there yet is no error.
        foreach (var folder in plan.Request.Paths.Select(Writable).Append(Path.GetDirectoryName(spec.ErrorLog)!).Append("/run/hutch").Distinct())
            unit.Set("ReadWritePaths", "-" + UnitText.Quote(folder));
    }

    private static void Add(UnitText unit, IEnumerable<(string Name, string Value)> settings)
    {
        foreach (var (name, value) in settings)
            unit.Set(name, value);
    }

    // What it runs, or is given, would not be there in a /tmp of its own.
    private static bool IsInTmp(InstallPlan plan, UnitSpec spec) => plan.Request.Paths.Append(spec.Target).Append(spec.Assembly ?? "").Append(AppContext.BaseDirectory)
        .Any(p => p.StartsWith("/tmp/", StringComparison.Ordinal) || p.StartsWith("/var/tmp/", StringComparison.Ordinal));

    private static string Writable(string path) => Directory.Exists(path) ? path : Path.GetDirectoryName(path) ?? path;
}
