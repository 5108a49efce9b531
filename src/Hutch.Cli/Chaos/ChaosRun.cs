using System.Diagnostics;
using System.Text.Json.Nodes;
using Hutch.Beamline.Control;
using Hutch.Native.Processes;

namespace Hutch.Cli.Chaos;

/// <summary>The rounds: in each, a process is killed or stopped while images are written, and all must be well again in time.</summary>
internal sealed class ChaosRun(ChaosInstrument instrument, ChaosOptions options, string folder)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The time in which services must be back, as the design has it.</summary>
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(10);

    private ChaosChecks? _checks;

    /// <summary>Plays the rounds.</summary>
    /// <param name="show">Called with each round when it is over.</param>
    /// <param name="stop">Ends it after the present round.</param>
    internal async Task<IReadOnlyList<ChaosRound>> RunAsync(Action<ChaosRound> show, CancellationToken stop)
    {
        await UntilAsync(options.EndWithin, async () => await StateAsync().ConfigureAwait(false) == "READY").ConfigureAwait(false);
        var configuration = await instrument.ConfigurationAsync().ConfigureAwait(false);
        _checks = new ChaosChecks(configuration, instrument.Pattern(configuration));
        var names = instrument.Services().Where(s => s is { Pid: not null, Host: null }).Select(s => s.Name).Order(StringComparer.Ordinal).ToList();
        var rounds = new List<ChaosRound>();
        foreach (var plan in ChaosPlan.Draw(options.Seed, names, options.Images).Take(options.Rounds))
        {
            if (stop.IsCancellationRequested)
                break;
            var round = new ChaosRound { Round = rounds.Count + 1, Deed = plan.Deed, AtImage = plan.AtImage };
            rounds.Add(round);
            await PlayAsync(plan, round).ConfigureAwait(false);
            show(round);
        }
        return rounds;
    }

    private async Task PlayAsync(ChaosPlan plan, ChaosRound round)
    {
        var file = Path.Combine(folder, $"round-{round.Round}.h5");
        var order = new JsonObject { ["n_images"] = options.Images, ["output_file"] = file };
        string? refusal = null;
        if (!await UntilAsync(options.EndWithin, async () => (refusal = await instrument.TryPostAsync("writer/write_async", order).ConfigureAwait(false)) is null).ConfigureAwait(false))
        {
            round.Faults.Add($"the acquisition could not be started: {refusal}");
            return;
        }
        await UntilAsync(options.EndWithin, async () => await AcquisitionAsync(file).ConfigureAwait(false) is { } a && (HasEnded(a) || (long?)a["stats"]?["n_write_completed"] >= plan.AtImage)).ConfigureAwait(false);
        await StrikeAsync(plan, round).ConfigureAwait(false);
        JsonNode? acquisition = null;
        if (!await UntilAsync(options.EndWithin, async () => HasEnded(acquisition = await AcquisitionAsync(file).ConfigureAwait(false))).ConfigureAwait(false))
        {
            round.Faults.Add($"the acquisition did not end within {options.EndWithin.TotalSeconds:0} s: {acquisition?.ToJsonString() ?? "the status does not have it"}");
            await instrument.TryPostAsync("writer/stop", new JsonObject()).ConfigureAwait(false);
            return;
        }
        round.State = (string?)acquisition!["state"];
        // The status is there first; the store follows.
        JsonNode? record = null;
        await UntilAsync(BackWithin, async () => (string?)(record = (await instrument.TryGetAsync("api/v1/acquisitions?n=1").ConfigureAwait(false))?[0])?["info"]?["output_file"] == file).ConfigureAwait(false);
        var logs = (await instrument.TryGetAsync("daq/logs/3").ConfigureAwait(false))?["logs"] as JsonObject ?? [];
        _checks!.Check(round, acquisition, record, logs, options.Images);
        if (round.Faults.Count == 0)
            Array.ForEach([file, file + ".incomplete"], File.Delete);
    }

    private async Task StrikeAsync(ChaosPlan plan, ChaosRound round)
    {
        var pid = instrument.Services().Find(s => s.Name == plan.Victim)?.Pid;
        if (pid is null || !Signals.Send(pid.Value, plan.Signal))
        {
            round.Faults.Add($"{plan.Victim} had no process when its turn came");
            return;
        }
        if (plan.Signal == Signals.SIGSTOP)
        {
            await Task.Delay(plan.StoppedFor).ConfigureAwait(false);
            _ = Signals.Send(pid.Value, Signals.SIGCONT);   // the supervisor may have killed it meanwhile
        }
        var begun = Stopwatch.StartNew();
        List<ServiceStatus> services = [];
        var isBack = await UntilAsync(BackWithin, async () =>
        {
            services = instrument.Services();
            return services.TrueForAll(s => s.State == "running" && s.Ready) && (plan.Signal == Signals.SIGSTOP || services.Exists(s => s.Name == plan.Victim && s.Pid is { } now && now != pid))
                && await StateAsync().ConfigureAwait(false) is "READY" or "WRITING";
        }).ConfigureAwait(false);
        if (isBack)
            round.BackAfterS = Math.Round(begun.Elapsed.TotalSeconds, 1);
        else
            round.Faults.Add($"not back after {BackWithin.TotalSeconds:0} s: {string.Join(", ", services.Where(s => s.State != "running" || !s.Ready).Select(s => $"{s.Name} is {s.State} ({s.WaitsFor ?? s.LastError})").DefaultIfEmpty("rest does not answer"))}");
    }

    private async Task<string?> StateAsync() => (string?)(await instrument.TryGetAsync("writer/status").ConfigureAwait(false))?["writer"]?["state"];

    private async Task<JsonNode?> AcquisitionAsync(string file) =>
        (await instrument.TryGetAsync("writer/status").ConfigureAwait(false))?["writer"]?["acquisition"] is { } acquisition && (string?)acquisition["info"]?["output_file"] == file ? acquisition : null;

    private static bool HasEnded(JsonNode? acquisition) => (string?)acquisition?["state"] is "FINISHED" or "FAILED";

    private static async Task<bool> UntilAsync(TimeSpan limit, Func<Task<bool>> condition)
    {
        var begun = Stopwatch.StartNew();
        while (!await condition().ConfigureAwait(false))
        {
            if (begun.Elapsed > limit)
                return false;
            await Task.Delay(Pause).ConfigureAwait(false);
        }
        return true;
    }
}
