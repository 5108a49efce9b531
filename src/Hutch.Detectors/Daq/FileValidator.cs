using Hutch.Acquisitions;
using System.Text.Json;
using Hutch.Detectors.Configuration;
using Hutch.Services;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Daq;

/// <summary>Looks into the files of every acquisition in the log, and adds its report and a thumbnail to the store.</summary>
public sealed class FileValidator : AcquisitionFollower
{
    private readonly string _name;
    private readonly DaqConfiguration _initial;

    /// <summary>Makes a validator.</summary>
    /// <param name="store">The store of the detector's state.</param>
    /// <param name="configuration">The detector, if the store has no configuration.</param>
    /// <param name="name">By which it signs its reports.</param>
    /// <param name="logger">Where it logs.</param>
    public FileValidator(IStore store, DaqConfiguration configuration, string name, ILogger? logger = null)
        : base($"file-validator-{configuration.DetectorName}", store, DaqKeys.Log, logger) => (_initial, _name) = (configuration, name);

    /// <summary>Files that were looked at since the start.</summary>
    public long Looked { get; private set; }

    /// <inheritdoc/>
    protected override async Task<bool> HandleAsync(StreamEntry entry, CancellationToken stop)
    {
        if (await AcquisitionLog.HasReportAsync(Store, entry.Id, r => r["control"] is null, stop).ConfigureAwait(false))
            return true;
        var check = new FileCheck(await ConfigurationAtAsync(entry.Id, stop).ConfigureAwait(false), _name);
        await Task.Run(() => check.Run(AcquisitionLog.ReadObject(entry)), stop).ConfigureAwait(false);
        if (check.Thumbnail is { } thumbnail)
            await Store.SetAsync(DaqKeys.Thumbnail(entry.Id), thumbnail, cancel: stop).ConfigureAwait(false);
        await Store.AppendJsonAsync(DaqKeys.Reports(entry.Id), JsonSerializer.SerializeToNode(check.Report), cancel: stop).ConfigureAwait(false);
        Looked++;
        Logger.LogInformation("{Service}: {Id}: {Status}, {Images} images {Errors}", ServiceName, entry.Id, check.Report.Status, check.Report.Images, string.Join("; ", check.Report.Errors));
        return true;
    }

    // The configuration that held when the acquisition ended: it cannot be changed during one.
    private async Task<DaqConfiguration> ConfigurationAtAsync(StreamId time, CancellationToken stop)
    {
        var entries = await Store.RangeAsync(DaqKeys.Configuration, StreamId.Zero, time, 1, newestFirst: true, stop).ConfigureAwait(false);
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
