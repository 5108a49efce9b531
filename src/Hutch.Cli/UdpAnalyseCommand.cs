using System.CommandLine;
using System.Text.Json;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Recording;

namespace Hutch.Cli;

/// <summary><c>hutch udp analyse</c>: what is in a recording.</summary>
internal static class UdpAnalyseCommand
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A recording made by hutch udp dump or tcpdump." };
        var config = new Option<string?>("--config", "-c") { Description = "The DAQ configuration of the detector. Default: guessed from the packets.", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("analyse", "Show which detector a recording comes from, and what is missing in it. Example: hutch udp analyse run.pcap") { file, config, json };
        command.SetAction(options =>
        {
            try
            {
                using var recording = new PcapReader(options.GetValue(file)!);
                var configuration = options.GetValue(config) is { } path ? DaqConfigurationFile.Read(path) : null;
                var done = 0.0;
                using var progress = new ProgressLine(() => $"{done:P0}");
                var report = RecordingReport.Of(recording, configuration, d => done = d);
                progress.Dispose();
                if (options.GetValue(json))
                    Console.WriteLine(JsonSerializer.Serialize(report, Json));
                else
                    Print(report);
                return 0;
            }
            catch (UserErrorException error)
            {
                return UserErrors.Report("hutch udp analyse", error);
            }
        });
        return command;
    }

    private static void Print(RecordingReport report)
    {
        foreach (var p in report.Ports)
        {
            Console.WriteLine($"port {p.Port}: {p.Detector ?? "unknown detector"}{(p.Detector is null ? "" : $", module {string.Join(", ", p.Modules)}, {p.BitDepth} bit, {p.ImageWidth} x {p.ImageHeight}")}");
            Console.WriteLine($"  {p.Packets} packets, {p.Bytes / 1e6:0.0} MB in {p.Seconds:0.000} s: {p.MegabytesPerSecond:0.0} MB/s; sizes {string.Join(", ", p.Sizes.Select(s => $"{s.Key} ({s.Value})"))}");
            if (p.Detector is not null)
            {
                Console.WriteLine($"  {p.Frames} frames of {p.PacketsPerFrame} packets at {p.FramesPerSecond:0.0} Hz, images {p.FirstImage} to {p.LastImage}: {p.CompleteFrames} complete");
                Console.WriteLine($"  missing: {p.MissingPackets} packets, {p.MissingFrames} frames; {p.Duplicates} duplicate, {p.OutOfOrder} out of order, {p.Unrecognised} not from the detector");
            }
            else
            {
                Console.WriteLine($"  begins with {p.FirstBytes}");
            }
        }
        if (report.Skipped > 0)
            Console.WriteLine($"{report.Skipped} packets were not complete UDP datagrams");
        if (report.Truncated)
            Console.WriteLine("the recording ends in the middle of a packet");
    }
}
