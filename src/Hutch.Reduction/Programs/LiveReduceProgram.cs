using System.CommandLine;
using Hutch.Hosting;
using Hutch.Reduction.Bus;
using Hutch.Reduction.Configuration;
using Hutch.Reduction.Logging;
using Hutch.Reduction.Publishing;
using Hutch.Reduction.Scripts;
using Hutch.Reduction.Services;
using Hutch.Reduction.Sources;
using Hutch.LiveResults;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Programs;

/// <summary><c>hutch run live-reduce</c>.</summary>
public sealed class LiveReduceProgram : HutchProgram
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = $"The configuration. Default: {ReductionConfigurationFile.DefaultPath}",
        DefaultValueFactory = _ => ReductionConfigurationFile.DefaultPath,
    };

    private readonly Option<bool> _once = new("--once") { Description = "Exit when a recorded run is reduced." };

    /// <inheritdoc/>
    public override string Name => "live-reduce";

    /// <inheritdoc/>
    public override string Description => "Reduces data as they are taken, with scripts that may change during the run.";

    /// <inheritdoc/>
    public override string Example => "hutch run live-reduce examples/powder/live.conf";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Arguments.Add(_file);
        command.Options.Add(_once);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        var configuration = ReductionConfigurationFile.Read(options.GetValue(_file)!, out var unknown);
        var log = new LogFile(configuration.LogFile ?? LogFile.DefaultPath());
        loggers.AddProvider(log);
        var logger = loggers.CreateLogger("live-reduce");
        if (unknown.Count > 0)
            logger.LogWarning("configuration {File}: unknown keys, which have no effect: {Keys}", configuration.File, string.Join(", ", unknown));
        logger.LogInformation("in effect: {Configuration}", ReductionConfigurationFile.ToJson(configuration));
        var scripts = ScriptSet.Read(configuration.ScriptDir, configuration.Instrument);
        if (scripts is { Chunk: null, PostProcessing: null })
            throw new UserErrorException($"there is no script: {string.Join(" or ", ScriptFile.Places(configuration.ScriptDir, configuration.Instrument, ScriptRole.Chunk))} is needed; write it, or correct script_dir");
        return Create(configuration, scripts, options.GetValue(_once), log, loggers);
    }

    private static PlotPoster Poster(ReductionConfiguration configuration, Processing.Reduction reduction, ILogger logger)
    {
        var poster = new PlotPoster(configuration.PublishUrl!, logger);
        reduction.Published += poster.Add;
        return poster;
    }

    private static List<Service> Create(ReductionConfiguration configuration, ScriptSet scripts, bool once, LogFile log, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger("live-reduce");
        var folder = ResultFolder.Create(configuration.Instrument);
        var reduction = new Processing.Reduction(configuration, ChunkSources.Create(configuration, Path.Combine(folder.Path, "geometry.xml")), scripts, folder, logger);
        WorkerService[] workers =
        [
            .. Enumerable.Range(1, configuration.PostProcessOnly ? 0 : configuration.Workers).Select(i => new ChunkService(i, reduction, logger)),
            new PostProcessingService(reduction, logger),
        ];
        List<Service> services = [];
        services.AddRange(
        [
            .. configuration.BusUri is null ? Array.Empty<Service>() : [new ResultPublisher(configuration, reduction, folder, logger)],
            .. configuration.PublishUrl is null ? Array.Empty<Service>() : [Poster(configuration, reduction, logger)],
            .. workers,
            new StatusService(reduction, folder, workers, once ? () => services.ForEach(s => s.Stop()) : null, logger),
            new ScriptWatchService(reduction, logger),
            new SourceService(reduction, logger),
        ]);
        services.Add(new WatchdogService(services.ToList(), TimeSpan.FromSeconds(configuration.WatchdogInterval), TimeSpan.FromSeconds(configuration.WatchdogThreshold), log.LastLines, logger));
        return services;
    }
}
