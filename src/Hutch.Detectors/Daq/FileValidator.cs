using System.Text.Json;
using Hutch.Detectors.Configuration;
using Hutch.Services;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Daq;

/// <summary>Looks into the files of every acquisition in the log, and adds its report and a thumbnail to the store.</summary>
public sealed class FileValidator : AsyncService
{
    // Acquisitions of before the start that are looked at: those that ended while no validator ran.
    private const int Backlog = 100;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    private readonly IStore _store;
    private readonly string _name;
    private readonly DaqConfiguration _initial;
    private StreamId? _last;

    /// <summary>Makes a validator.</summary>
    /// <param name="store">The store of the detector's state.</param>
    /// <param name="configuration">The detector, if the store has no configuration.</param>
    /// <param name="name">By which it signs its reports.</param>
    /// <param name="logger">Where it logs.</param>
    public FileValidator(IStore store, DaqConfiguration configuration, string name, ILogger? logger = null)
        : base($"file-validator-{configuration.DetectorName}", logger) => (_store, _initial, _name) = (store, configuration, name);

    /// <summary>Files that were looked at since the start.</summary>
    public long Looked { get; private set; }

    /// <inheritdoc/>
    protected override async Task<TimeSpan?> IterateAsync(CancellationToken stop)
    {
        try
        {
            foreach (var entry in await NextAsync(stop).ConfigureAwait(false))
            {
                await ValidateAsync(entry, stop).ConfigureAwait(false);
                _last = entry.Id;
                Beat();
            }
        }
        catch (StoreUnavailableException)
        {
            // The store's own log reports it; the entries wait there.
        }
        return LookInterval;
    }

    private async Task<IReadOnlyList<StreamEntry>> NextAsync(CancellationToken stop)
    {
        if (_last is { } last)
            return await _store.RangeAsync(DaqKeys.Log, last.Next, StreamId.Max, Backlog, cancel: stop).ConfigureAwait(false);
        var entries = (await _store.NewestAsync(DaqKeys.Log, Backlog, stop).ConfigureAwait(false)).Reverse().ToList();
        _last = StreamId.Zero;
        return entries;
    }

    private async Task ValidateAsync(StreamEntry entry, CancellationToken stop)
    {
        if (await _store.LengthAsync(DaqKeys.Reports(entry.Id), stop).ConfigureAwait(false) > 0)
            return;
        var check = new FileCheck(await ConfigurationAtAsync(entry.Id, stop).ConfigureAwait(false), _name);
        await Task.Run(() => check.Run(AcquisitionLog.ReadObject(entry)), stop).ConfigureAwait(false);
        if (check.Thumbnail is { } thumbnail)
            await _store.SetAsync(DaqKeys.Thumbnail(entry.Id), thumbnail, cancel: stop).ConfigureAwait(false);
        await _store.AppendJsonAsync(DaqKeys.Reports(entry.Id), JsonSerializer.SerializeToNode(check.Report), cancel: stop).ConfigureAwait(false);
        Looked++;
        Logger.LogInformation("{Service}: {Id}: {Status}, {Images} images {Errors}", ServiceName, entry.Id, check.Report.Status, check.Report.Images, string.Join("; ", check.Report.Errors));
    }

    // The configuration that held when the acquisition ended: it cannot be changed during one.
    private async Task<DaqConfiguration> ConfigurationAtAsync(StreamId time, CancellationToken stop)
    {
        var entries = await _store.RangeAsync(DaqKeys.Configuration, StreamId.Zero, time, 1, newestFirst: true, stop).ConfigureAwait(false);
        try
        {
            return entries is [var entry] ? DaqConfigurationFile.Parse(entry.Text(StoreText.JsonField) ?? "", $"{entry.Id} of the store") : _initial;
        }
        catch (UserErrorException)
        {
            return _initial;
        }
    }
}
