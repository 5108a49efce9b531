using Hutch.Detectors.Configuration;
using Hutch.Detectors.Demonstration;
using Spectre.Console;

namespace Hutch.Cli;

/// <summary>What <c>hutch demo</c> shows: a line that lives on a terminal, a line a second elsewhere, and a summary.</summary>
internal sealed class DemoDisplay(DaqConfiguration configuration, DemoOptions settings)
{
    private TimeSpan _nextLine;

    public DemoResult Show(Func<Action<DemoProgress>, DemoResult> run)
    {
        AnsiConsole.MarkupLineInterpolated($"[bold]{configuration.DetectorName}[/]: {configuration.ActiveModules.Count} modules, {configuration.ImageWidth} x {configuration.ImageHeight} pixels, {settings.Images} images at {settings.Rate} Hz");
        if (!AnsiConsole.Profile.Capabilities.Interactive)
            return run(WriteLine);
        return AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context =>
            {
                var task = context.AddTask(Line(new DemoProgress(TimeSpan.Zero, 0, 0, 0, 0)), maxValue: settings.Images);
                return run(progress =>
                {
                    task.Description = Line(progress);
                    task.Value = progress.ImagesWritten;
                });
            });
    }

    public static void Summarise(DemoResult result)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("", "");
        table.AddRow("images", $"{result.ImagesWritten} of {result.ImagesRequested} written, {result.ImagesWithMissingPackets} with missing packets, {result.ImagesLost} lost");
        table.AddRow("packets", $"{result.Packets}, of which {result.PacketsLost} lost ({result.PacketsDropped} dropped deliberately, {result.KernelDrops} dropped by the kernel)");
        table.AddRow("rate", $"{result.Rate:0.0} images/s, {result.GigabytesPerSecond:0.000} GB/s over {result.Seconds:0.0} s");
        table.AddRow("verified", result.Verified ? "[green]every pixel in the file is as sent[/]" : "[red]no[/]");
        table.AddRow(new Text("file"), new Text(result.File.Length > 0 ? result.File : "none"));
        AnsiConsole.Write(table);
    }

    private static string Line(DemoProgress p)
    {
        var seconds = Math.Max(p.Elapsed.TotalSeconds, 1e-3);
        return $"{p.ImagesWritten} images, {p.ImagesWritten / seconds:0.0} Hz, {p.BytesWritten / seconds / 1e9:0.000} GB/s, {p.PacketsLost} packets lost";
    }

    private void WriteLine(DemoProgress progress)
    {
        if (progress.Elapsed < _nextLine)
            return;
        _nextLine = progress.Elapsed + TimeSpan.FromSeconds(1);
        Console.WriteLine($"{progress.Elapsed.TotalSeconds,5:0.0} s  {Line(progress)}");
    }
}
