using System.Globalization;

namespace Hutch.Installation.Systemd;

public sealed partial class SystemdManager
{
    private const int LinesShown = 10;

    /// <inheritdoc/>
    public void Start(InstalledService service)
    {
        ArgumentNullException.ThrowIfNull(service);
        foreach (var unit in service.Units)
            _systemctl.Run("reset-failed", unit + ".service"); // a person's wish ends the wait after too many failures
        var run = _systemctl.Run("start", Main(service.Name));
        if (run.ExitCode != 0)
        {
            var status = Status(service, service.Units[0]);
            throw new UserErrorException($"{service.Name} did not start: {status.LastError ?? status.Result ?? run.Said}; see: hutch manage {service.Name} status");
        }
    }

    /// <inheritdoc/>
    public void Stop(InstalledService service)
    {
        ArgumentNullException.ThrowIfNull(service);
        _systemctl.Do($"{service.Name} does not stop", ["stop", .. new[] { Main(service.Name) }.Concat(service.Units.Select(u => u + ".service")).Distinct()]);
    }

    /// <inheritdoc/>
    public UnitStatus Status(InstalledService service, string unit)
    {
        ArgumentNullException.ThrowIfNull(service);
        var shown = _systemctl.Show(unit + ".service", "ActiveState", "SubState", "StateChangeTimestamp", "MainPID", "MemoryCurrent", "NRestarts", "StatusText", "Result", "UnitFileState");
        var timer = File.Exists(FileOf(unit + ".timer")) ? _systemctl.Show(unit + ".timer", "ActiveState", "NextElapseUSecRealtime", "UnitFileState") : null;
        var pid = int.TryParse(shown.GetValueOrDefault("MainPID"), out var id) && id > 0 ? id : (int?)null;
        return new UnitStatus
        {
            Name = unit,
            State = State(shown, timer),
            Since = Systemctl.Time(shown.GetValueOrDefault("StateChangeTimestamp")),
            Pid = pid,
            MemoryBytes = long.TryParse(shown.GetValueOrDefault("MemoryCurrent"), out var memory) ? memory : Resident(pid),
            Restarts = int.TryParse(shown.GetValueOrDefault("NRestarts"), out var restarts) ? restarts : null,
            StatusText = pid is not null && shown.GetValueOrDefault("StatusText") is { Length: > 0 } text ? text : null,
            Result = shown.GetValueOrDefault("Result") is { Length: > 0 } result and not "success" ? Explain(result) : null,
            Enabled = (timer ?? shown).GetValueOrDefault("UnitFileState") == "enabled" || (service.IsSplit && _systemctl.Run("is-enabled", Main(service.Name)).ExitCode == 0),
            NextRun = Systemctl.Time(timer?.GetValueOrDefault("NextElapseUSecRealtime")),
            LastLines = Lines(unit),
        };
    }

    private static string State(Dictionary<string, string> unit, Dictionary<string, string>? timer) =>
        (unit.GetValueOrDefault("ActiveState"), unit.GetValueOrDefault("SubState"), timer?.GetValueOrDefault("ActiveState")) switch
        {
            ("active", _, _) => "running",
            (_, "auto-restart" or "auto-restart-queued", _) => "restarting",
            ("activating" or "reloading", _, _) => "starting",
            ("deactivating", _, _) => "stopping",
            (_, _, "active") => "waiting",
            ("failed", _, _) => "failed",
            _ => "stopped",
        };

    private static string Explain(string result) => result switch
    {
        "watchdog" => "it made no progress and was killed (watchdog)",
        "start-limit-hit" => "it failed too often in a short time; fix the cause and start it again",
        "exit-code" => "it ended with an error (exit-code)",
        "signal" or "core-dump" => $"it was killed ({result})",
        "timeout" => "it took too long to start or stop (timeout)",
        "oom-kill" => "it used too much memory (oom-kill)",
        _ => result,
    };

    // Where control groups do not count memory, the main process alone.
    private static long? Resident(int? pid)
    {
        try
        {
            var line = pid is null ? null : File.ReadLines($"/proc/{pid}/status").FirstOrDefault(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return line is null ? null : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return null; // it has just ended
        }
    }

    private string[] Lines(string unit) =>
        CommandRun.Of("journalctl", "--quiet", "--no-pager", "--lines", $"{LinesShown}", "--output", "short-iso", _user ? "--user" : "--system", "--unit", unit + ".service")
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
