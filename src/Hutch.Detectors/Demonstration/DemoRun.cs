using System.Diagnostics;
using Hutch.Detectors.Acquisitions;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Compression;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Receiving;
using Hutch.Detectors.Simulation;
using Hutch.Detectors.Writing;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Demonstration;

/// <summary>
/// The main job in one process: a simulated detector, receivers, assembler and writer as threads, connected by the same rings and
/// channels as if each were a program of its own; then the file is read back.
/// </summary>
public sealed class DemoRun : IDisposable
{
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(20);

    // Longer than a lost packet can hold an image up: the receivers' and the synchroniser's time-outs together.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(3);

    private readonly DaqConfiguration _configuration;
    private readonly DemoOptions _options;
    private readonly UdpSimulator _simulator;
    private readonly List<UdpReceiver> _receivers;
    private readonly Synchroniser _synchroniser;
    private readonly ImageCompressor? _compressor;
    private readonly ImageWriter _writer;
    private readonly AcquisitionDriver _driver;
    private readonly List<Service> _services = [];
    private readonly IPixelPattern _pattern;

    /// <summary>Makes everything; nothing runs before <see cref="Run"/>.</summary>
    public DemoRun(DaqConfiguration configuration, DemoOptions options, ILoggerFactory? loggers = null)
    {
        (_configuration, _options) = (configuration, options);
        _pattern = PixelPatterns.Create(options.Pattern, configuration, options.Seed);
        var receiving = new UdpReceiverOptions { FrameSlots = options.Slots, Address = System.Net.IPAddress.Loopback };
        var assembling = new AssemblerOptions { FrameSlots = options.Slots, RequestedImageSlots = options.Slots };
        var faults = new FaultPlan { Drop = options.Loss, Seed = options.Seed }.Checked();
        _receivers = [.. configuration.ActiveModules.Select(m => new UdpReceiver(configuration, m, receiving, loggers?.CreateLogger<UdpReceiver>()))];
        (_synchroniser, var converters) = Assembler.Create(configuration, assembling, loggers);
        _writer = new ImageWriter(configuration, new ImageWriterOptions { ImageSlots = options.Slots, Compressed = options.Compress }, loggers?.CreateLogger<ImageWriter>());
        _driver = new AcquisitionDriver(configuration, new AcquisitionDriverOptions
        {
            ImageSlots = options.Slots,
            Compressed = options.Compress,
            Only = new AcquisitionInfo(options.Images, options.OutputFile, AcquisitionInfo.NewRunId()) { Overwrite = true },
        }, loggers?.CreateLogger<AcquisitionDriver>());
        _simulator = new UdpSimulator(configuration, new UdpSimulatorOptions { Images = options.Images, Rate = options.Rate, Faults = faults, Pattern = _pattern });
        if (options.Compress)
            _compressor = new ImageCompressor(configuration, new ImageCompressorOptions { ImageSlots = options.Slots }, loggers?.CreateLogger<ImageCompressor>());
        _services.AddRange([_synchroniser, .. _receivers, .. converters, .. _compressor is null ? Array.Empty<Service>() : [_compressor], _writer, _driver]);
    }

    /// <summary>Runs it to its end.</summary>
    /// <param name="progress">Called ten times a second.</param>
    /// <param name="stop">Ends it early; the file so far is closed well.</param>
    /// <returns>The result.</returns>
    /// <exception cref="UserErrorException">It could not start.</exception>
    public DemoResult Run(Action<DemoProgress> progress, CancellationToken stop)
    {
        string? failure = null;
        var elapsed = TimeSpan.Zero;
        try
        {
            foreach (var service in _services)
                service.Start();
            WaitUntilConnected(stop);
            var started = Stopwatch.GetTimestamp();
            _simulator.Start();
            WaitForEnd(progress, started, stop);
            elapsed = Stopwatch.GetElapsedTime(started);
        }
        finally
        {
            failure = StopAll();
        }
        if (stop.IsCancellationRequested)
            failure ??= "Interrupted.";
        return Result(elapsed, failure);
    }

    /// <summary>Stops everything.</summary>
    public void Dispose()
    {
        _simulator.Dispose();
        foreach (var service in Enumerable.Reverse(_services))
            service.Dispose();
    }

    // A publisher loses what it sends before the first subscription. No one subscribes to a program that has already failed.
    private void WaitUntilConnected(CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        while (!stop.IsCancellationRequested && _services.TrueForAll(s => s.State != ServiceState.Failed) && (_synchroniser.Subscribers == 0 || _compressor?.Subscribers == 0 || _receivers.Any(r => r.Subscribers == 0) || IsStarting))
        {
            if (Stopwatch.GetElapsedTime(started) > ReadyTimeout)
                throw new UserErrorException($"the programs of {_configuration.DetectorName} did not connect within {ReadyTimeout.TotalSeconds:0} s: is /tmp writable?");
            stop.WaitHandle.WaitOne(5);
        }
    }

    private void WaitForEnd(Action<DemoProgress> progress, long started, CancellationToken stop)
    {
        var lastChange = Stopwatch.GetTimestamp();
        var lastSeen = -1L;
        while (!stop.IsCancellationRequested && _driver.State == ServiceState.Running && _simulator.State != ServiceState.Failed
            && _services.TrueForAll(s => s.State != ServiceState.Failed))
        {
            stop.WaitHandle.WaitOne(100);
            progress(Progress(Stopwatch.GetElapsedTime(started)));
            var seen = _simulator.Counters.Packets + _receivers.Sum(r => r.Counters.Datagrams) + _writer.Statistics.Written;
            if (seen != lastSeen)
                (lastSeen, lastChange) = (seen, Stopwatch.GetTimestamp());
            else if (_simulator.State == ServiceState.Stopped && Stopwatch.GetElapsedTime(lastChange) > IdleTimeout)
                break;
        }
    }

    private bool IsStarting => _driver.State == ServiceState.Running && _driver.Status.State != WriterState.Writing;

    private string? StopAll()
    {
        // The driver ends first: it has the writer close the file.
        var all = new List<Service> { _simulator };
        all.AddRange(Enumerable.Reverse(_services));
        foreach (var service in all.Where(s => s.State != ServiceState.Created))
        {
            service.Stop();
            service.WaitTillStopped(TimeSpan.FromSeconds(30));
        }
        return all.Find(s => s.State == ServiceState.Failed)?.LastError?.Message;
    }

    private DemoProgress Progress(TimeSpan elapsed) => new(elapsed, _simulator.Counters.Images, _writer.Statistics.Written, _writer.Statistics.Bytes,
        _receivers.Sum(r => r.Counters.MissingPackets));

    private DemoResult Result(TimeSpan elapsed, string? failure)
    {
        var written = _writer.Statistics;
        var sent = _simulator.Counters;
        var mismatches = written.Written > 0 && File.Exists(_options.OutputFile)
            ? FileVerifier.Verify(_options.OutputFile, _configuration, _pattern, DroppedPackets)
            : [];
        if (mismatches.Count > 0)
            failure ??= $"the file does not match what was sent: {string.Join("; ", mismatches)}";
        // An image is lost for good reason only if the fault plan took a whole frame of it.
        if (written.Written < _options.Images && _options.Loss == 0)
            failure ??= $"only {written.Written} of {_options.Images} images are in the file: this machine does not sustain {_options.Rate} images a second; lower --rate";
        if (written.Written == 0)
            failure ??= "no image arrived";
        return new DemoResult
        {
            State = failure is null ? "FINISHED" : "FAILED",
            Message = failure ?? "Completed.",
            DetectorName = _configuration.DetectorName,
            DetectorType = _configuration.DetectorType,
            Modules = _receivers.Count,
            ImageHeight = _configuration.ImageHeight,
            ImageWidth = _configuration.ImageWidth,
            ImagesRequested = _options.Images,
            ImagesWritten = written.Written,
            ImagesWithMissingPackets = written.WithMissingPackets,
            ImagesLost = sent.Images - written.Written,
            Packets = sent.Packets,
            PacketsDropped = sent.Dropped,
            PacketsLost = sent.Packets - _receivers.Sum(r => r.Counters.Packets),
            KernelDrops = _receivers.Sum(r => r.Counters.KernelDrops),
            Seconds = Math.Round(elapsed.TotalSeconds, 3),
            Rate = Math.Round(Rate(written), 2),
            GigabytesPerSecond = Math.Round(Rate(written) * _configuration.ImageBytes / 1e9, 4),
            File = WrittenFile(),
            Verified = written.Written > 0 && mismatches.Count == 0 && File.Exists(_options.OutputFile),
        };
    }

    // Between the first image and the last, so that start-up and time-outs do not count.
    private static double Rate(RunStatistics run) =>
        run.Written > 1 && run.LastImageAt - run.FirstImageAt is { TotalSeconds: > 0 and var seconds } ? (run.Written - 1) / seconds : 0;

    private string WrittenFile() =>
        new[] { _options.OutputFile, _options.OutputFile + OutputFile.IncompleteSuffix }.FirstOrDefault(File.Exists) ?? "";

    private IReadOnlyList<int> DroppedPackets(ulong imageId, int module) =>
        _simulator.Counters.DroppedPackets.TryGetValue((imageId, module), out var packets) ? packets : [];
}
