using Hutch.Detectors.Acquisitions;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Services;
using Hutch.Services.Dependencies;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Daq;

/// <summary>
/// A detector's data acquisition as users see it: it has a configuration, and acquisitions are started and stopped. It runs the driver of
/// the writers, and a new one when the configuration has changed.
/// </summary>
public sealed partial class DaqControl : AsyncService
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    private readonly DaqConfigurations _configurations;
    private readonly AcquisitionJournal? _journal;
    private readonly DaqControlOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly SemaphoreSlim _gate = new(1);
    private DaqConfiguration _configuration;
    private StoredConfiguration? _stored;
    private volatile bool _starting;

    // This service replaces its driver; the driver must not wait for it.
    [NotADependency]
    private volatile AcquisitionDriver? _driver;

    /// <summary>Makes the control of a detector.</summary>
    /// <param name="configuration">The configuration it starts with.</param>
    /// <param name="configurations">The source of the current one from then on.</param>
    /// <param name="options">Its other settings.</param>
    /// <param name="loggers">Makes its logger and the driver's.</param>
    /// <param name="journal">Where the acquisition under way is noted; null notes it nowhere.</param>
    public DaqControl(DaqConfiguration configuration, DaqConfigurations configurations, DaqControlOptions options, ILoggerFactory loggers, AcquisitionJournal? journal = null)
        : base($"daq-{configuration.DetectorName}", loggers.CreateLogger<DaqControl>())
    {
        (_configuration, _configurations, _options, _loggers, _journal) = (configuration, configurations, options, loggers, journal);
        _configurations.Guard = RefuseWhileWriting;
        Status = new WriterStatus(WriterState.Unknown, options.LastAcquisition);
        StopTimeout = TimeSpan.FromSeconds(15);
    }

    /// <summary>The configuration that the driver runs with.</summary>
    public DaqConfiguration Configuration => Volatile.Read(ref _configuration);

    /// <summary>The configurations.</summary>
    public DaqConfigurations Configurations => _configurations;

    /// <summary>The state of the writers, and the present or last acquisition.</summary>
    public WriterStatus Status { get; private set; }

    /// <summary>Images that were announced since the start of the driver.</summary>
    public long ImagesSeen => _driver?.ImagesSeen ?? 0;

    /// <summary>Raised when the status has changed, and twice a second while images are written.</summary>
    public event EventHandler<WriterStatus>? StatusChanged;

    /// <inheritdoc/>
    protected override void OnStarting() => StartDriver();

    /// <inheritdoc/>
    protected override async Task<TimeSpan?> IterateAsync(CancellationToken stop)
    {
        var present = await PresentAsync(stop).ConfigureAwait(false);
        var changed = present is not null && present.Id != _stored?.Id;
        var broken = _driver is not { State: ServiceState.Running };
        if (!changed && !broken)
            return LookInterval;
        await _gate.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (Status.State == WriterState.Writing && !broken)
                return LookInterval;
            if (broken && _driver?.LastError is { } error)
                Logger.LogError("{Service}: the driver has ended: {Reason}; restarting it", ServiceName, error.Message);
            return Renew(present, broken) ? LookInterval : RetryPause;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    protected override void OnStopped() => EndDriver();

    private async Task<StoredConfiguration?> PresentAsync(CancellationToken cancel)
    {
        try
        {
            return await _configurations.PresentAsync(cancel).ConfigureAwait(false);
        }
        catch (Store.StoreUnavailableException)
        {
            return null;   // what is known goes on; the store's own log reports it
        }
    }

    private bool Renew(StoredConfiguration? present, bool broken)
    {
        try
        {
            var wanted = present is null ? _configuration : DaqConfigurationFile.Parse(present.Json.ToJsonString(), $"{present.Id} of the store");
            _stored = present ?? _stored;
            if (!broken && Signature(wanted) == Signature(_configuration))
            {
                Volatile.Write(ref _configuration, wanted);
                return true;
            }
            EndDriver();
            Volatile.Write(ref _configuration, wanted);
            StartDriver();
            Logger.LogInformation("{Service}: driving {Detector} with configuration {Id}", ServiceName, wanted.DetectorName, present?.Id.ToString() ?? "of the start");
            return true;
        }
        catch (Exception error) when (error is UserErrorException or IOException)
        {
            _stored = present ?? _stored;
            Logger.LogError("{Service}: {Reason}", ServiceName, error.Message);
            return false;
        }
    }

    // What the driver is made of; the rest may change under it.
    private (string, string, int, int, int, int, int) Signature(DaqConfiguration c) =>
        (c.DetectorName, c.DetectorType, c.Modules, c.ImageHeight, c.ImageWidth, c.BitDepth, (Math.Max(1, c.Writers) * 31) + Slots(c));

    private int Slots(DaqConfiguration c) => new AssemblerOptions { RequestedImageSlots = _options.ImageSlots }.ImageSlots(c);

    private void StartDriver()
    {
        var driver = new AcquisitionDriver(_configuration, new AcquisitionDriverOptions
        {
            ImageSlots = Slots(_configuration),
            Compressed = _options.Compressed,
            Writers = Math.Max(1, _configuration.Writers),
            CreateTimeout = _options.StartTimeout,
            Interrupted = _journal?.FindInterruptedAsync().GetAwaiter().GetResult(),
        }, _loggers.CreateLogger<AcquisitionDriver>());
        driver.StatusChanged += OnStatus;
        try
        {
            driver.Start();
        }
        catch
        {
            driver.StatusChanged -= OnStatus;
            driver.Dispose();
            throw;
        }
        _driver = driver;
    }

    private void EndDriver()
    {
        if (_driver is not { } driver)
            return;
        driver.Stop();
        if (!driver.WaitTillStopped(driver.StopTimeout))
            _ = driver.Kill();
        driver.StatusChanged -= OnStatus;
        driver.Dispose();
        _driver = null;
    }

    private void OnStatus(object? sender, WriterStatus status)
    {
        // A new driver knows of no acquisition; what was the last stays the last.
        Status = status.Acquisition is null && Status.Acquisition is { HasEnded: true } last ? status with { Acquisition = last } : status;
        StatusChanged?.Invoke(this, Status);
    }

    private void RefuseWhileWriting()
    {
        if (_starting || Status.State == WriterState.Writing)
            throw new UserErrorException("the configuration cannot be changed while images are written; wait for the end of the acquisition, or stop it");
    }
}
