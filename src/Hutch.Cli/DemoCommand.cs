using System.CommandLine;
using System.Text.Json;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Demonstration;
using Hutch.Detectors.Simulation;
using Hutch.Hosting;

namespace Hutch.Cli;

/// <summary><c>hutch demo</c>: the main job on a simulated detector, with live progress and a summary.</summary>
internal static class DemoCommand
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var detector = new Option<string>("--detector") { Description = "Which detector to simulate.", DefaultValueFactory = _ => "jungfrau" };
        detector.AcceptOnlyFromAmong([.. ExampleConfigurations.Names]);
        var modules = new Option<int?>("--modules") { Description = "How many modules it has. Default: 2 (jungfrau, jungfrau-converted), 4 (eiger), 8 (gigafrost).", HelpName = "N" };
        var images = new Option<int>("--images", "-n") { Description = "How many images to take.", DefaultValueFactory = _ => 100, HelpName = "N" };
        var rate = new Option<double>("--rate") { Description = "Images per second; 0: as fast as possible.", DefaultValueFactory = _ => 20, HelpName = "HZ" };
        var output = new Option<string?>("--output", "-o") { Description = "The file to write; an existing one is replaced. Default: hutch-demo.h5 in the temporary folder.", HelpName = "FILE" };
        var loss = new Option<double>("--loss") { Description = "The probability that a packet is lost.", HelpName = "P" };
        var pattern = new Option<string>("--pattern") { Description = "What the detector sees: test (every pixel is known), diffraction or powder.", DefaultValueFactory = _ => "test" };
        pattern.AcceptOnlyFromAmong([.. PixelPatterns.Names]);
        var config = new Option<string?>("--config", "-c") { Description = "A DAQ configuration instead of the built-in ones.", HelpName = "FILE" };
        var slots = new Option<int>("--slots") { Description = "Slots of the rings in shared memory.", DefaultValueFactory = _ => 64, HelpName = "N" };
        var compress = new Option<bool>("--compress") { Description = "Compress the images with bitshuffle-LZ4 on their way to the file." };
        var json = new Option<bool>("--json") { Description = "Print the summary as JSON." };
        var command = new Command("demo", "Take images from a simulated detector to an HDF5 file. Example: hutch demo --detector eiger --images 50 --output /tmp/a.h5")
        {
            detector, modules, images, rate, output, loss, pattern, config, slots, compress, json,
        };
        command.SetAction(options =>
        {
            try
            {
                var name = options.GetValue(detector)!;
                var configuration = options.GetValue(config) is { } file
                    ? DaqConfigurationFile.Read(file)
                    : ExampleConfigurations.Create(name, options.GetValue(modules) ?? ExampleConfigurations.DefaultModules(name));
                var settings = new DemoOptions
                {
                    OutputFile = Path.GetFullPath(options.GetValue(output) ?? Path.Combine(Path.GetTempPath(), "hutch-demo.h5")),
                    Images = AtLeast("--images", options.GetValue(images), 1),
                    Rate = AtLeast("--rate", options.GetValue(rate), 0),
                    Slots = AtLeast("--slots", options.GetValue(slots), 2),
                    Loss = options.GetValue(loss),
                    Pattern = options.GetValue(pattern)!,
                    Compress = options.GetValue(compress),
                };
                if (configuration.DetectorType == "jungfrau-converted" && configuration.Gain.File.Length == 0)
                    configuration = WithSimulatedGains(configuration, settings.OutputFile);
                return Run(configuration, settings, options.GetValue(json));
            }
            catch (UserErrorException error)
            {
                return UserErrors.Report("hutch demo", error);
            }
        });
        return command;
    }

    private static int Run(DaqConfiguration configuration, DemoOptions settings, bool json)
    {
        using var stop = new CancellationTokenSource();
        using var signals = new StopSignals(stop.Cancel);
        using var demo = new DemoRun(configuration, settings);
        DemoResult result;
        if (json)
        {
            result = demo.Run(_ => { }, stop.Token);
            Console.WriteLine(JsonSerializer.Serialize(result, Json));
        }
        else
        {
            var display = new DemoDisplay(configuration, settings);
            result = display.Show(show => demo.Run(show, stop.Token));
            DemoDisplay.Summarise(result);
        }
        if (result.State == "FINISHED")
            return 0;
        Console.Error.WriteLine($"hutch demo: {result.Message}");
        return 1;
    }

    private static DaqConfiguration WithSimulatedGains(DaqConfiguration configuration, string output)
    {
        var file = Path.ChangeExtension(output, ".gains.h5");
        try
        {
            SimulatedGains.Write(file, configuration.Modules);
        }
        catch (IOException error)
        {
            throw new UserErrorException($"the gain file {file} cannot be created: {error.Message}; choose another --output, or name a gain_file in the configuration", error);
        }
        return configuration with { Gain = new GainSettings { File = file, Gains = "/parameters/gains", Pedestals = "/parameters/pedestals" } };
    }

    private static T AtLeast<T>(string name, T value, T least)
        where T : IComparable<T> => value.CompareTo(least) >= 0 ? value : throw new UsageErrorException($"{name} is {value}, but must be at least {least}");
}
