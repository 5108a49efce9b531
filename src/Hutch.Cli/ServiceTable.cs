using System.Text.Json;
using Hutch.Beamline.Control;
using Spectre.Console;

namespace Hutch.Cli;

/// <summary>Services as a table, or as JSON.</summary>
internal static class ServiceTable
{
    public static void Print(IReadOnlyList<ServiceStatus> services, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize([.. services], ControlProtocol.Default.ListServiceStatus));
            return;
        }
        // Not in a terminal, a table must not be folded to 80 columns.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 250;
        AnsiConsole.Write(Create(services));
    }

    public static Table Create(IReadOnlyList<ServiceStatus> services)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in new[] { "name", "state", "pid", "uptime", "restarts", "cpu", "memory", "attached to", "tags", "waits for / last error" })
            table.AddColumn(column);
        foreach (var service in services)
        {
            table.AddRow(
                new Text(service.Name),
                new Text(service.State + (service.UnreachableSince is { } since ? $", not reachable since {since.ToLocalTime():HH:mm:ss}" : ""), new Style(Colour(service))),
                new Text(service.Pid?.ToString() ?? (service.Container == "process" ? "" : service.Container)),
                new Text(service.UptimeS is { } up ? Duration(up) : ""),
                new Text(service.Restarts == 0 ? "" : service.Restarts.ToString()),
                new Text(service.CpuPercent is { } cpu ? $"{cpu:0} %" : ""),
                new Text(service.MemoryBytes is { } memory ? $"{memory / 1e6:0} MB" : ""),
                new Text((service.Node ?? service.Cluster ?? "") + (service.Host is { } host ? $" ({host})" : "")),
                new Text(string.Join(' ', service.Tags)),
                new Text(Shortened(service.WaitsFor is not null ? $"waits for {service.WaitsFor}" : service.LastError ?? "")));
        }
        return table;
    }

    public static string Duration(double seconds)
    {
        var span = TimeSpan.FromSeconds(seconds);
        return span.TotalDays >= 1 ? $"{(int)span.TotalDays} d {span:hh\\:mm}" : span.TotalHours >= 1 ? $"{span:h\\:mm\\:ss}" : $"{span:m\\:ss}";
    }

    private static Color Colour(ServiceStatus service) => service.State switch
    {
        "running" when service.UnreachableSince is not null => Color.Yellow,
        "running" => service.Ready ? Color.Green : Color.Yellow,
        "failed" or "killed" or "abandoned" => Color.Red,
        "starting" or "stopping" => Color.Yellow,
        _ => Color.Grey,
    };

    private static string Shortened(string text)
    {
        var line = text.Split('\n')[0].TrimEnd('\r');
        return line.Length <= 100 ? line : line[..97] + "...";
    }
}
