using Hutch.Reduction.Accumulation;
using Hutch.Reduction.Chunks;
using Hutch.Reduction.Configuration;
using Hutch.Reduction.Scripts;
using Hutch.Reduction.Sources;
using Hutch.Reduction.Workers;
using Hutch.LiveResults;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Processing;

/// <summary>
/// The state of a live reduction, which the services around it share: chunks on their way, the accumulation of the run, the scripts in
/// use. A chunk goes: source, arena, worker, accumulation in the order of arrival, post-processing, result. Every restart of the processing
/// raises a version; what was begun under an older one is dropped when it comes back.
/// </summary>
internal sealed partial class Reduction : IChunkSink, IDisposable
{
    private readonly object _gate = new();
    private readonly Lock _summing = new();      // held around the accumulated numbers; never together with _gate inside
    private readonly ILogger _logger;
    private readonly ChunkArena _arena;
    private readonly ResultFolder _folder;
    private readonly bool _canRewind;

    public Reduction(ReductionConfiguration configuration, IChunkSource source, ScriptSet scripts, ResultFolder folder, ILogger logger)
    {
        (Configuration, Source, _scripts, _folder, _logger) = (configuration, source, scripts, folder, logger);
        _canRewind = source.CanRewind;
        _arena = new ChunkArena((long)configuration.BufferMb << 20);
        MemoryLimit = (long)(configuration.SystemMemLimitPerc / 100 * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        WorkerSettings = new WorkerSettings
        {
            Instrument = configuration.Instrument,
            PythonEnvironment = configuration.CondaEnv,
            Engine = configuration.Engine,
            Timeout = TimeSpan.FromSeconds(configuration.ScriptTimeoutSec),
            MemoryLimit = MemoryLimit,
        };
        _result = ReadOldResult(folder, logger);
        PublishScripts();
    }

    /// <summary>The configuration.</summary>
    public ReductionConfiguration Configuration { get; }

    /// <summary>Where the chunks come from.</summary>
    public IChunkSource Source { get; }

    /// <summary>How workers run.</summary>
    public WorkerSettings WorkerSettings { get; }

    /// <summary>Bytes of memory above which processing is restarted; 0: no limit.</summary>
    public long MemoryLimit { get; }

    /// <summary>Where chunks lie.</summary>
    public string ArenaPath => _arena.Path;

    /// <summary>Raised with every result, on the thread that made it.</summary>
    public event Action<ResultSet>? Published;

    public void Dispose() => _arena.Dispose();

    private static ResultSet? ReadOldResult(ResultFolder folder, ILogger logger)
    {
        try
        {
            return folder.ReadResult();
        }
        catch (Exception error)
        {
            logger.LogWarning("the result of an earlier process in {Folder} cannot be read: {Reason}", folder.Path, error.Message);
            return null;
        }
    }
}
