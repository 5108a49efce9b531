using System.CommandLine;
using System.Text.Json;
using Hutch.Beamline;
using Hutch.Beamline.Control;
using Hutch.Hosting;

namespace Hutch.Cli.Chaos;

/// <summary><c>hutch chaos FILE</c>: kills and stops the services of a test set-up during acquisitions, and checks that nothing false remains.</summary>
internal static class ChaosCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The beamline file of a test set-up: a simulated detector, and rest on this machine." };
        var seed = new Option<int?>("--seed") { Description = "The seed of the random order. Default: a random one, which is printed.", HelpName = "N" };
        var rounds = new Option<int>("--rounds") { Description = "How many times a service is killed or stopped.", DefaultValueFactory = _ => 30, HelpName = "N" };
        var images = new Option<int>("--images", "-n") { Description = "Images in the acquisition of each round.", DefaultValueFactory = _ => 40, HelpName = "N" };
        var timeout = new Option<double>("--timeout") { Description = "Seconds within which an acquisition must end.", DefaultValueFactory = _ => 60, HelpName = "S" };
        var output = new Option<string?>("--output", "-o") { Description = "The folder for the files; files of successful rounds are deleted. Default: a new one in the temporary folder.", HelpName = "FOLDER" };
        var json = new Option<bool>("--json") { Description = "Print the rounds as JSON." };
        var command = new Command(
            "chaos",
            "Test a set-up: kill (SIGKILL) or stop (SIGSTOP) its services in a random order during acquisitions, and check after each round that all are back within 10 s, "
            + "that status, log and store agree on how the acquisition ended, that its ledger adds up, and that every pixel in its file is right. "
            + "Starts the beamline if it is not running. Never use it where real data are taken. Example: hutch chaos examples/beamline.json --rounds 10 --seed 7")
        {
            file, seed, rounds, images, timeout, output, json,
        };
        command.SetAction(options => BeamlineCalls.Run("hutch chaos", () =>
        {
            var settings = new ChaosOptions(
                options.GetValue(seed) ?? Random.Shared.Next(1, 1_000_000), AtLeastOne("--rounds", options.GetValue(rounds)), AtLeastOne("--images", options.GetValue(images)),
                options.GetValue(output), TimeSpan.FromSeconds(AtLeastOne("--timeout", options.GetValue(timeout))));
            return Run(options.GetValue(file)!, settings, options.GetValue(json));
        }));
        return command;
    }

    private static int Run(string path, ChaosOptions settings, bool json)
    {
        var beamline = BeamlineReader.Read(path, new ProgramSource());
        using var instrument = new ChaosInstrument(beamline);
        var folder = Folder(settings.Output);
        var isOurs = !ControlClient.Running().Contains(beamline.Name);
        if (isOurs && BeamlineBackground.Start(path, settings.EndWithin, json ? TextWriter.Null : Console.Out) != 0)
            return 1;
        try
        {
            using var stop = new CancellationTokenSource();
            using var signals = new StopSignals(stop.Cancel);
            if (!json)
                Console.WriteLine($"seed {settings.Seed}, {settings.Rounds} rounds of {settings.Images} images, files in {folder}; Ctrl-C stops after the current round");
            var played = new ChaosRun(instrument, settings, folder).RunAsync(round => Show(round, settings, json), stop.Token).GetAwaiter().GetResult();
            if (json)
                Console.WriteLine(JsonSerializer.Serialize(new { seed = settings.Seed, rounds = played }, Indented));
            var bad = played.Count(r => r.Faults.Count > 0);
            if (!json)
                Console.WriteLine($"{played.Count - bad} rounds passed, {bad} failed{(bad > 0 ? $"; repeat with: hutch chaos {path} --seed {settings.Seed} --rounds {settings.Rounds}" : "")}");
            return bad > 0 ? 1 : 0;
        }
        finally
        {
            if (isOurs)
            {
                using var client = ControlClient.Connect(beamline.Name);
                _ = client.Send(new ControlRequest { Command = "down" }).Any();
            }
            if (settings.Output is null && !Directory.EnumerateFileSystemEntries(folder).Any())
                Directory.Delete(folder);
        }
    }

    private static void Show(ChaosRound round, ChaosOptions settings, bool json)
    {
        if (json)
            return;
        Console.WriteLine(FormattableString.Invariant($"{round.Round,4}/{settings.Rounds}  {round.Deed} at image {round.AtImage} of {settings.Images}: ")
            + FormattableString.Invariant($"{(round.BackAfterS is { } back ? $"back after {back:0.0} s" : "not back")}, {round.State ?? "no end"}, {round.Images} images in the file"));
        foreach (var fault in round.Faults)
            Console.WriteLine($"          WRONG: {fault}");
    }

    private static string Folder(string? given)
    {
        if (given is null)
            return Directory.CreateTempSubdirectory("hutch-chaos-").FullName;
        var folder = Path.GetFullPath(given);
        Directory.CreateDirectory(folder);
        return folder;
    }

    private static T AtLeastOne<T>(string name, T value)
        where T : System.Numerics.INumber<T> => value >= T.One ? value : throw new UsageErrorException($"{name} is {value}, but must be at least 1");
}
