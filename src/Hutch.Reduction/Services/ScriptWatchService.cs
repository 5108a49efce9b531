using Hutch.Hosting;
using Hutch.Reduction.Scripts;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Services;

/// <summary>
/// Looks after the scripts and the configuration: at once where the file system reports changes, and again and again where it does not.
/// What counts is the content: MD5 of the scripts and of the modules that they import from their folder, the bytes of the configuration.
/// </summary>
internal sealed class ScriptWatchService : Service, IReloadable
{
    /// <summary>The exit code after a change of the configuration; sysexits.h calls it EX_TEMPFAIL.</summary>
    public const int RestartExitCode = 75;

    // An editor writes a file in several steps: what happens within this time is one change.
    private static readonly TimeSpan Collecting = TimeSpan.FromSeconds(1);

    private readonly Processing.Reduction _reduction;
    private readonly ManualResetEventSlim _touched = new();
    private readonly byte[] _configuration;
    private readonly bool _needsScript;
    private FileSystemWatcher? _watcher;
    private volatile bool _reload;

    public ScriptWatchService(Processing.Reduction reduction, ILogger logger)
        : base("reduction-scripts", logger)
    {
        _reduction = reduction;
        _configuration = File.ReadAllBytes(reduction.Configuration.File);
        _needsScript = reduction.Scripts is { Chunk: not null } or { PostProcessing: not null };
        OnError = ErrorAction.Fail;
    }

    /// <summary>Loads the scripts again, changed or not.</summary>
    public void Reload()
    {
        _reload = true;
        _touched.Set();
    }

    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        Watch();
        try
        {
            _touched.Wait(TimeSpan.FromSeconds(_reduction.Configuration.ScriptCheckIntervalSec), stop);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        _touched.Reset();
        CheckConfiguration();
        var reload = _reload;
        _reload = false;
        var scripts = reload ? Read() : ReadSettled(stop);
        if (stop.IsCancellationRequested)
            return null;
        if (!_reduction.Use(scripts, reload) || scripts is { Chunk: not null } or { PostProcessing: not null } || !_needsScript)
            return null;
        throw new UserErrorException($"there is no longer a script in {_reduction.Configuration.ScriptDir}: neither "
            + string.Join(" nor ", Enum.GetValues<ScriptRole>().Select(r => Path.GetFileName(ScriptFile.Places("", _reduction.Configuration.Instrument, r)[0]))));
    }

    protected override void OnStopped() => _watcher?.Dispose();

    private ScriptSet Read() => ScriptSet.Read(_reduction.Configuration.ScriptDir, _reduction.Configuration.Instrument);

    // Whatever woke this service may have done so in the middle of a change: what differs is taken once it has stayed as it is.
    private ScriptSet ReadSettled(CancellationToken stop)
    {
        var scripts = Read();
        while (!AreSame(scripts, _reduction.Scripts) && !stop.WaitHandle.WaitOne(Collecting))
        {
            var later = Read();
            if (AreSame(later, scripts))
                break;
            scripts = later;
        }
        return scripts;
    }

    private static bool AreSame(ScriptSet one, ScriptSet other) => one.Chunk?.Fingerprint == other.Chunk?.Fingerprint && one.PostProcessing?.Fingerprint == other.PostProcessing?.Fingerprint;

    private void CheckConfiguration()
    {
        try
        {
            var file = _reduction.Configuration.File;
            if (File.Exists(file) && !File.ReadAllBytes(file).AsSpan().SequenceEqual(_configuration))
                throw new ServiceExitException($"configuration {file} has changed: stopping, to be restarted with it", RestartExitCode);
        }
        catch (IOException error)
        {
            Logger.LogDebug("the configuration cannot be read now: {Reason}", error.Message);
        }
    }

    // The folder may come, go and come again.
    private void Watch()
    {
        var folder = _reduction.Configuration.ScriptDir;
        if (_watcher is not null && Directory.Exists(folder))
            return;
        _watcher?.Dispose();
        _watcher = null;
        if (!Directory.Exists(folder))
            return;
        try
        {
            _watcher = new FileSystemWatcher(folder) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size };
            // The scripts, and modules beside them; what lies in packages is found by the periodic look.
            _watcher.Filters.Add($"reduce_{_reduction.Configuration.Instrument}_*");
            _watcher.Filters.Add("*.py");
            _watcher.Changed += (_, _) => _touched.Set();
            _watcher.Created += (_, _) => _touched.Set();
            _watcher.Deleted += (_, _) => _touched.Set();
            _watcher.Renamed += (_, _) => _touched.Set();
            _watcher.EnableRaisingEvents = true;
        }
        catch (IOException error)
        {
            // No inotify watches left, or a file system without them: the periodic look does it.
            Logger.LogWarning("{Folder} cannot be watched: {Reason}; checking it every {Seconds} s", folder, error.Message, _reduction.Configuration.ScriptCheckIntervalSec);
            _watcher = null;
        }
    }
}
