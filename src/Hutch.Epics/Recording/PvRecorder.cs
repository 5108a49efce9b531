using Hutch.Acquisitions;
using System.Text.Json;
using Hutch.Epics.Buffering;
using Hutch.Epics.Writing;
using Hutch.Native.Hdf5;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Recording;

/// <summary>
/// Adds the values of PVs to the files of the acquisitions that name them, as group <c>/control</c>, and a report to the store. It works on finished
/// files only, and never leaves one that cannot be read (<see cref="Hdf5Amendment"/>). What it was killed in it does when it runs again.
/// </summary>
public sealed class PvRecorder : AcquisitionFollower
{
    /// <summary>The group with the PVs.</summary>
    public const string Group = "control";

    // Where nothing shows how far the buffer is: values are in it within 0.3 s.
    private static readonly TimeSpan BufferDelay = TimeSpan.FromSeconds(1);

    private const long LateArrival = 1000;   // ms: a busy machine

    private readonly IStore _buffer;
    private readonly PvRecorderOptions _options;
    private readonly HashSet<StreamId> _held = [];

    /// <summary>Makes a recorder.</summary>
    /// <param name="store">The store of the detector's state.</param>
    /// <param name="buffer">The store of the PVs.</param>
    /// <param name="options">How it works.</param>
    /// <param name="logger">Where it logs.</param>
    public PvRecorder(IStore store, IStore buffer, PvRecorderOptions options, ILogger? logger = null)
        : base("epics-recorder", store, DaqKeys.Acquisitions, logger) => (_buffer, _options) = (buffer, options);

    /// <summary>Acquisitions whose files got PVs since the start.</summary>
    public long Recorded { get; private set; }

    /// <inheritdoc/>
    protected override async Task<bool> HandleAsync(StreamEntry entry, CancellationToken stop)
    {
        if (EndedAcquisition.TryRead(entry) is not { State: "FINISHED", LogId: { } id } acquisition || !StreamId.TryParse(id, out var log))
            return true;
        var pvs = _options.Always.Union(acquisition.Pvs).ToList();
        if (pvs.Count == 0 || await AcquisitionLog.HasReportAsync(Store, log, r => r["control"] is not null, stop).ConfigureAwait(false))
            return true;
        var newestPulse = await _buffer.NewestAsync(BufferRecord.Pulses, 1, stop).ConfigureAwait(false) is [var newest] ? newest : null;
        var waited = DateTimeOffset.UtcNow - acquisition.Stop;
        var isPast = newestPulse is not null && PulseRange.TimeOf(newestPulse) > acquisition.Stop.ToUnixTimeMilliseconds();
        if (!isPast && waited < (newestPulse is null ? BufferDelay : _options.Patience))
            return false;

        var report = new FileReport { Validator = _options.Name, Control = [] };
        if (newestPulse is not null && !isPast)
            report.Warnings.Add($"no pulse arrived within {_options.Patience.TotalSeconds:0} s after the acquisition: values may be missing at its end");
        try
        {
            await RecordAsync(acquisition, pvs, report, stop).ConfigureAwait(false);
        }
        catch (IOException error) when (error is not Hdf5Exception and not FileNotFoundException and not DirectoryNotFoundException)
        {
            if (_held.Add(entry.Id))
                Logger.LogWarning("{Service}: {Id}: the PVs are delayed: {Reason}", ServiceName, log, error.Message);
            return false;
        }
        catch (Exception error) when (error is UserErrorException or IOException or UnauthorizedAccessException)
        {
            report.Errors.Add($"the PVs were not added: {error.Message}");
        }
        _held.Remove(entry.Id);
        await Store.AppendJsonAsync(DaqKeys.Reports(log), JsonSerializer.SerializeToNode(report), cancel: stop).ConfigureAwait(false);
        Recorded++;
        Logger.LogInformation("{Service}: {Id}: {Status}, {Pvs} PVs in {Files} {Problems}", ServiceName, log, report.Status, pvs.Count,
            string.Join(", ", acquisition.Files), string.Join("; ", report.Errors.Concat(report.Warnings)));
        return true;
    }

    private async Task RecordAsync(EndedAcquisition acquisition, List<string> pvs, FileReport report, CancellationToken stop)
    {
        foreach (var file in acquisition.Files)
        {
            var range = _options.ImageIdsArePulses
                ? await RangeOfImagesAsync(file, stop).ConfigureAwait(false)
                : PulseRange.OfTime(acquisition.Start.ToUnixTimeMilliseconds(), acquisition.Stop.ToUnixTimeMilliseconds());
            var pulses = await PulseMap.ReadAsync(_buffer, range, stop, after: LateArrival).ConfigureAwait(false);
            var values = new List<(string Pv, IReadOnlyList<BufferedValue> Values)>();
            foreach (var pv in pvs)
                values.Add((pv, await PvHistory.ReadAsync(_buffer, pv, range, pulses, stop).ConfigureAwait(false)));
            var result = new WriteResult { OutputFile = file, Channels = pvs.Count, MissingPulses = pulses.Missing };
            await Task.Run(() => Hdf5Amendment.Apply(file, f => Write(f, values, result)), stop).ConfigureAwait(false);
            report.Control![file] = JsonSerializer.SerializeToNode(result);
            report.Warnings.AddRange(result.Gaps.Select(g => $"{file}: {g.Key} was not connected {g.Value} times"));
            report.Warnings.AddRange(result.WithoutData.Select(pv => $"{file}: {pv} has no value in the buffer"));
            if (result.MissingPulses > 0)
                report.Warnings.Add($"{file}: {result.MissingPulses} pulses are not in the buffer");
        }
    }

    private async Task<PulseRange> RangeOfImagesAsync(string path, CancellationToken cancel)
    {
        var ids = ImageIds(path);
        return ids.Length > 0
            ? await PulseRange.FindAsync(_buffer, (long)ids.Min(), (long)ids.Max(), cancel).ConfigureAwait(false)
            : throw new UserErrorException($"{path} has no image_id, so no pulses");
    }

    private static ulong[] ImageIds(string path)
    {
        using var file = Hdf5File.OpenRead(path);
        if (file.Names("/").FirstOrDefault(g => file.Names($"/{g}").Contains("image_id")) is not { } group)
            return [];
        using var dataset = file.OpenDataset($"/{group}/image_id");
        var ids = new ulong[dataset.Dimensions[0]];
        dataset.ReadRows<ulong>(0, ids, Hdf5Type.UInt64);
        return ids;
    }

    // A group that is there already is ours: we were killed before the report.
    private static void Write(Hdf5File file, List<(string Pv, IReadOnlyList<BufferedValue> Values)> pvs, WriteResult result)
    {
        var isThere = file.Names("/").Contains(Group);
        using var group = isThere ? file.OpenGroup(Group) : file.CreateGroup(Group);
        if (!isThere)
        {
            group.SetText("NX_class", "NXcollection");
            group.SetAttribute("missing_pulses", result.MissingPulses);
        }
        foreach (var (pv, values) in pvs)
            result.Note(pv, isThere ? PvDatasets.Count(values) : PvDatasets.Write(group, pv, values), values.Count, values.Count(v => !v.Connected));
    }
}
