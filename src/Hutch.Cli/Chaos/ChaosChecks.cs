using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Demonstration;
using Hutch.Detectors.Images;
using Hutch.Detectors.Ledger;
using Hutch.Detectors.Simulation;

namespace Hutch.Cli.Chaos;

/// <summary>Whether status, log, store, ledger and file of an acquisition that has ended say the same, and the truth.</summary>
internal sealed class ChaosChecks(DaqConfiguration configuration, IPixelPattern pattern)
{
    /// <param name="round">Takes the faults.</param>
    /// <param name="status">The acquisition in the status of the writers.</param>
    /// <param name="record">The same in the store; null if it is not there.</param>
    /// <param name="logs">The newest entries of the deployed log, which has the finished ones.</param>
    /// <param name="requested">The images that were asked for.</param>
    internal void Check(ChaosRound round, JsonNode status, JsonNode? record, JsonObject logs, int requested)
    {
        var path = (string)status["info"]!["output_file"]!;
        var written = (long?)status["stats"]?["n_write_completed"];
        var isFinished = round.State == "FINISHED";
        if ((string?)record?["info"]?["output_file"] != path)
        {
            round.Faults.Add($"it is not in the store; the last one there is {record?["info"]?.ToJsonString() ?? "none"}");
            return;
        }
        if ((string?)record["state"] != round.State || (long?)record["stats"]?["n_write_completed"] != written)
            round.Faults.Add($"the status has {round.State} and {written} images, the store {record["state"]} and {record["stats"]?["n_write_completed"]}");
        if (logs.Any(l => (string?)l.Value?["info"]?["output_file"] == path) != isFinished)
            round.Faults.Add(isFinished ? "it is not in the log" : "it is in the log of the finished ones");
        var ledger = record["ledger"].Deserialize<LossLedger>();
        CheckLedger(round, ledger, written);
        // A process that stands still for longer than the rings last costs images; the acquisition has had as many as were asked for.
        var lost = ledger?.Stages.FirstOrDefault(s => s.Stage == "writer")?.Lost.Values.Sum() ?? 0;
        CheckFile(round, path, written, isFinished ? requested - lost : null);
    }

    private static void CheckLedger(ChaosRound round, LossLedger? ledger, long? written)
    {
        if (ledger is null)
        {
            round.Faults.Add("it has no ledger");
            return;
        }
        foreach (var stage in ledger.Stages.Where(s => !s.AddsUp))
            round.Faults.Add($"the ledger does not add up: {stage.Stage} expected {stage.Expected}, passed {stage.Passed}, lost {string.Join(", ", stage.Lost)}");
        if (ledger.Stages.FirstOrDefault(s => s.Stage == "file") is { } file && file.Passed != written)
            round.Faults.Add($"the ledger has {file.Passed} images in the file, the status {written}");
    }

    private void CheckFile(ChaosRound round, string path, long? written, long? requested)
    {
        var (mustBe, mustNotBe) = requested is not null ? (path, path + ".incomplete") : (path + ".incomplete", path);
        if (File.Exists(mustNotBe))
            round.Faults.Add($"there is a file {mustNotBe}");
        if (!File.Exists(mustBe))
        {
            if (requested is not null || written > 0)
                round.Faults.Add($"there is no file {mustBe}");
            return;
        }
        try
        {
            using (var images = StoredImages.Open(mustBe))
                round.Images = images.Images;
            round.Faults.AddRange(FileVerifier.Verify(mustBe, configuration, pattern, isDropped: null).Select(f => $"{mustBe}: {f}"));
        }
        catch (Exception error) when (error is IOException or UserErrorException)
        {
            round.Faults.Add($"{mustBe} cannot be read: {error.Message}");
        }
        if (round.Images != written || (requested is not null && round.Images != requested))
            round.Faults.Add($"{mustBe} has {round.Images} images, the status {written}; {requested ?? written} must be there");
    }
}
