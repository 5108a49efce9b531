using System.Globalization;
using System.Text.Json.Nodes;
using Hutch.Beamline.Control;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Hutch.Cli;

/// <summary>What <c>hutch top</c> shows.</summary>
internal static class TopView
{
    /// <summary>Services of a bus prove every 10 s that they are heard; what is silent for longer does not work.</summary>
    private const double Stale = 15;

    private const string Keys = "[grey]up/down choose   s start   t stop   r restart   l logs   q quit[/]";

    /// <summary>The whole screen.</summary>
    /// <param name="source">What is known.</param>
    /// <param name="selected">The chosen service, or -1.</param>
    /// <param name="log">Lines to show instead of the services, or null.</param>
    /// <param name="height">Rows of the terminal.</param>
    /// <param name="said">What the last key came to.</param>
    public static IRenderable Of(TopSource source, int selected, IReadOnlyList<string>? log, int height, string said = "")
    {
        var parts = new List<IRenderable> { Head(source) };
        if (log is not null)
            parts.Add(new Panel(new Text(string.Join('\n', log.TakeLast(Math.Max(3, height - 8))))).Header($"logs of {source.Services[selected].Name}").Expand());
        else if (source.Error is { } error && source.Services.Count == 0)
            parts.Add(new Markup($"[red]{Markup.Escape(error)}[/]"));
        else
            parts.Add(Table(source.Services, selected, Math.Max(3, height - 8)));
        if (said.Length > 0)
            parts.Add(new Text(said));
        if (selected >= 0)
            parts.Add(new Markup(log is null ? Keys : "[grey]esc back   q quit[/]"));
        return new Rows(parts);
    }

    private static Rows Head(TopSource source)
    {
        var services = source.Services;
        var ready = services.Count(s => s.Ready && s.State == "running");
        var wanted = services.Count(s => s.Wanted);
        var age = (DateTimeOffset.UtcNow - source.HeardAt).TotalSeconds;
        var first = source.Error is not null && services.Count > 0
            ? $"[yellow]no report from hutch up for {age:0} s: the display is out of date[/]"
            : $"services: [{(ready == wanted ? "green" : "red")}]{ready} of {wanted} ready[/]";
        return new Rows(new Markup(first), new Markup(Acquisition(source.Writers)));
    }

    private static string Acquisition(JsonObject? writers)
    {
        if (writers is null)
            return "acquisition: [grey]the REST server does not answer[/]";
        var state = (string?)writers["state"] ?? "";
        var line = $"acquisition: [{(state == "READY" ? "green" : "yellow")}]{Markup.Escape(state.ToLowerInvariant())}[/]";
        if (writers["acquisition"] is not JsonObject run)
            return line;
        var (done, all) = ((long)run["stats"]!["n_write_completed"]!, (long)run["info"]!["n_images"]!);
        var lost = run["ledger"]?["stages"] is JsonArray stages ? stages.Sum(s => s!["lost"]!.AsObject().Sum(l => (long)l.Value!)) : (long?)null;
        return $"{line}  {Bar(done, all)} {done} of {all} images  {Markup.Escape((string)run["info"]!["output_file"]!)}  {Markup.Escape((string?)run["message"] ?? "")}"
            + (lost is { } n ? n == 0 ? "  [green]nothing lost[/]" : $"  [red]{n} lost[/]" : "");
    }

    private static string Bar(long done, long all)
    {
        const int Width = 20;
        var full = all > 0 ? (int)Math.Clamp(done * Width / all, 0, Width) : 0;
        return $"[blue]{new string('#', full)}[/][grey]{new string('.', Width - full)}[/]";
    }

    private static Table Table(IReadOnlyList<ServiceStatus> services, int selected, int rows)
    {
        var table = new Table().Border(TableBorder.Simple).Expand();
        foreach (var column in new[] { "", "service", "state", "beat", "rate", "cpu", "memory", "up", "restarts", "waits for / last error" })
            table.AddColumn(column);
        var first = Math.Max(0, Math.Min(selected - (rows / 2), services.Count - rows));
        for (var i = first; i < Math.Min(services.Count, first + (long)rows); i++)
        {
            var s = services[i];
            var (mark, style) = Mark(s);
            table.AddRow(new Text(i == selected ? ">" : ""), new Text(s.Name, i == selected ? new Style(decoration: Decoration.Bold | Decoration.Underline) : Style.Plain), new Text($"{mark} {s.State}", style),
                Cell(s.HeartbeatAgeS is { } age ? $"{age:0.0} s" : ""), Cell(Rate(s)), Cell(s.CpuPercent is { } cpu ? $"{cpu:0} %" : ""), Cell(s.MemoryBytes is { } memory ? $"{memory / 1e6:0} MB" : ""),
                Cell(s.UptimeS is { } up ? ServiceTable.Duration(up) : ""), Cell(s.Restarts == 0 ? "" : s.Restarts.ToString(CultureInfo.InvariantCulture)), Cell((s.WaitsFor is not null ? $"waits for {s.WaitsFor}" : s.LastError ?? "").Split('\n')[0]));
        }
        return table;
    }

    private static Text Cell(string text) => new(text) { Overflow = Overflow.Ellipsis };

    // A sign beside the colour: not everybody, and not every terminal, sees that.
    private static (string Mark, Style Style) Mark(ServiceStatus s) => s.State switch
    {
        "running" when s.HeartbeatAgeS > Stale || s.UnreachableSince is not null => ("?", new Style(Color.Grey)),
        "running" => s.Ready ? ("+", new Style(Color.Green)) : ("~", new Style(Color.Yellow)),
        "starting" or "stopping" => ("~", new Style(Color.Yellow)),
        _ when !s.Wanted => ("-", new Style(Color.Grey)),
        _ => ("!", new Style(Color.Red)),
    };

    private static string Rate(ServiceStatus s) =>
        (s.Counts.FirstOrDefault(c => c.Unit != "By" && c.PerSecond > 0) ?? s.Counts.FirstOrDefault(c => c.Unit != "By")) is { } count ? $"{count.PerSecond:0.#} {count.Unit.Trim('{', '}')}s/s" : "";
}
