using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Diagnosis;

namespace Hutch.Cli;

/// <summary><c>hutch doctor</c>: what this host lacks for the data flow, and the command that mends it.</summary>
internal static class DoctorCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static Command Create()
    {
        var config = new Option<string?>("--config", "-c") { Description = "The DAQ configuration of the detector that this host serves.", HelpName = "FILE" };
        var frameSlots = new Option<int>("--frame-slots") { Description = "Slots of each frame ring.", DefaultValueFactory = _ => 1000, HelpName = "N" };
        var imageSlots = new Option<int>("--image-slots") { Description = "Slots of the image ring. 0: from ram_buffer_gb of the configuration, at least 1000.", HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "Print a JSON array." };
        var command = new Command("doctor", "Check that this host is set up for the data flow; exit code 1 if something must be changed. Example: hutch doctor --config daq.json") { config, frameSlots, imageSlots, json };
        command.SetAction(options =>
        {
            try
            {
                var needs = options.GetValue(config) is { } path
                    ? HostNeeds.Of(DaqConfigurationFile.Read(path), Math.Max(1, options.GetValue(frameSlots)), Math.Max(0, options.GetValue(imageSlots)))
                    : new HostNeeds();
                var checks = HostDiagnosis.Run(needs);
                if (options.GetValue(json))
                    Console.WriteLine(JsonSerializer.Serialize(checks, Json));
                else
                    Print(checks);
                return checks.Any(c => c.Verdict == HostVerdict.Change) ? 1 : 0;
            }
            catch (UserErrorException error)
            {
                return UserErrors.Report("hutch doctor", error);
            }
        });
        return command;
    }

    private static void Print(IReadOnlyList<HostCheck> checks)
    {
        foreach (var check in checks)
        {
            var verdict = check.Verdict switch { HostVerdict.Well => "ok", HostVerdict.Advice => "advice", _ => "CHANGE" };
            Console.WriteLine($"{verdict,-7} {check.Name,-32} now: {check.Now}");
            if (check.Command is null)
                continue;
            Console.WriteLine($"        {"",-32} wanted: {check.Wanted}: {check.Why}");
            Console.WriteLine($"        {"",-32} {check.Command}");
        }
        var changes = checks.Count(c => c.Verdict == HostVerdict.Change);
        Console.WriteLine(changes == 0 ? "this host is set up for the data flow" : $"{changes} must be changed");
    }
}
