using System.Text.Json;
using System.Text.Json.Serialization;
using Hutch.Installation;
using Hutch.Installation.Files;
using Spectre.Console;

namespace Hutch.Cli;

/// <summary>How installed services are shown.</summary>
internal static class ManageOutput
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    /// <summary>The list of all services; of the system's, and of the user's own.</summary>
    public static int List(bool userOnly, bool json)
    {
        var found = new List<(InstalledService Service, InstallRecord? Record, IReadOnlyList<UnitStatus> Units)>();
        bool[] scopes = userOnly ? [true] : OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess ? [false] : [false, true];
        foreach (var isUser in scopes)
        {
            var manager = new Manager(ServiceManagers.For(isUser), WorkingFolder.Find(isUser));
            found.AddRange(manager.Installed().Select(s => (s, manager.Record(s.Name), manager.Status(s.Name))));
        }
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(found.SelectMany(f => f.Units), Json));
            return 0;
        }
        if (found.Count == 0)
        {
            Console.WriteLine("no service is installed; see hutch install --help");
            return 0;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumns("name", "state", "at boot", "since", "pid", "restarts", "runs");
        foreach (var (_, record, units) in found)
        {
            foreach (var unit in units)
                table.AddRow([.. new[] { unit.Name, unit.State, unit.Enabled ? "yes" : "no", $"{unit.Since?.ToLocalTime():yyyy-MM-dd HH:mm:ss}", $"{unit.Pid}", $"{unit.Restarts}", record?.Runs ?? "" }.Select(Markup.Escape)]);
        }
        AnsiConsole.Write(table);
        return 0;
    }

    /// <summary>All that is known of a service.</summary>
    /// <returns>0 if all of it runs or waits for its next run, 1 if not.</returns>
    public static int Status(Manager manager, string name, bool json)
    {
        var units = manager.Status(name);
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(units, Json));
        else
            units.ToList().ForEach(u => Print(u, manager.Record(name)));
        return units.All(u => u.State is "running" or "waiting") ? 0 : 1;
    }

    private static void Print(UnitStatus unit, InstallRecord? record)
    {
        static void Line(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                Console.WriteLine($"  {name,-12} {value}");
        }
        Console.WriteLine($"{unit.Name}: {unit.State}{(unit.Since is { } since ? $" since {since.ToLocalTime():yyyy-MM-dd HH:mm:ss}" : "")}");
        Line("runs", record is null ? null : record.Runs + (record.RunAs is null ? "" : $" as {record.RunAs}"));
        Line("at boot", unit.Enabled ? "starts" : "does not start");
        Line("pid", unit.Pid?.ToString());
        Line("memory", unit.MemoryBytes is { } memory ? $"{memory / 1e6:0.0} MB" : null);
        Line("restarts", unit.Restarts?.ToString());
        Line("next run", unit.NextRun is { } next ? $"{next.ToLocalTime():yyyy-MM-dd HH:mm:ss}" : null);
        Line("says", unit.StatusText);
        Line("ended", unit.Result);
        Line("last error", unit.LastError);
        Line("error log", unit.ErrorLog);
        foreach (var line in unit.LastLines)
            Console.WriteLine($"    {line}");
    }
}
