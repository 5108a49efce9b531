using Hutch.Beamline.Placement;
using Hutch.Hosting;
using Hutch.Hosting.Secrets;
using Hutch.Services.Scopes;
using Hutch.Supervision;
using Microsoft.Extensions.Logging;

namespace Hutch.Beamline;

/// <summary>A beamline file at work: its scopes, its services, and the supervisor that keeps them running.</summary>
public sealed partial class BeamlineRun : IDisposable
{
    private readonly IProgramSource _programs;
    private readonly MaskedLoggers _loggers;
    private readonly RunScopes _scopes;
    private readonly NodeLinks _links;
    private readonly IFleetRecords? _records;
    private readonly TaskCompletionSource _isStarted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile SecretMask _mask;
    private volatile IReadOnlyList<SupervisedService> _autostart;
    private volatile BeamlineFile _file;

    /// <summary>Makes the services; nothing runs before <see cref="Start"/>.</summary>
    /// <param name="file">What is to run.</param>
    /// <param name="programs">The programs that it may name.</param>
    /// <param name="loggers">Where all of it logs.</param>
    /// <param name="nodes">Connects to the hosts of nodes; without it, all must run here.</param>
    /// <param name="records">Opens the records of a fleet by the URL of its bus; without it, a file cannot name one.</param>
    /// <exception cref="UserErrorException">A service cannot be made from its entry.</exception>
    public BeamlineRun(BeamlineFile file, IProgramSource programs, ILoggerFactory loggers, INodeConnector? nodes = null, Func<string, ILogger, IFleetRecords>? records = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(loggers);
        _file = file;
        _programs = programs;
        _mask = RunSecrets.Of(file);
        _loggers = new MaskedLoggers(loggers, Mask);
        if (file.Fleet is { } fleet)
            _records = (records ?? throw new UserErrorException($"the file depends on the records of the fleet at {fleet}, which this program cannot read; run it with hutch up"))
                (Variables.Expand(fleet, Environment.GetEnvironmentVariable, "fleet"), _loggers.CreateLogger("fleet"));
        _scopes = new RunScopes(file, _loggers.CreateLogger("scopes"), _records, OnDeleted);
        _links = new NodeLinks(file, programs, nodes, _loggers);
        Supervisor = new Supervisor(Journaled("", _loggers.CreateLogger("supervisor")), Mask);
        var planned = PlannedService.All(file);
        var made = planned.Select(p => Make(p, _scopes, _links)).ToList();
        Supervisor.Replace([], made, planned.Select(p => p.Name));
        _autostart = [.. made.Where((_, i) => planned[i].Entry.Autostart)];
    }

    /// <summary>What is run.</summary>
    public BeamlineFile File => _file;

    /// <summary>Who keeps it running.</summary>
    public Supervisor Supervisor { get; }

    /// <summary>The services, in the order of the file.</summary>
    public IReadOnlyList<SupervisedService> Services
    {
        get
        {
            var order = File.Services.SelectMany(s => InstanceNames.Of(s.Name, s.Instances)).ToList();
            return [.. Supervisor.Services.OrderBy(s => order.IndexOf(s.Name))];
        }
    }

    /// <summary>Whether all services that were to run have ended for good, or are held back for good by one that has failed.</summary>
    public bool IsOver => !_isReloading && _autostart.Count > 0
        && Supervisor.Services.All(s => s.IsOver || s.HeldBackBy is not null || (!s.IsWanted && !_autostart.Contains(s)));

    /// <summary>The latest of what the services have logged.</summary>
    internal EventJournal Journal { get; } = new();

    /// <summary>A text with the secrets of the environment removed.</summary>
    public string Mask(string text) => _mask.Apply(text);

    /// <summary>Starts the services that are to start by themselves, and waits until they are ready.</summary>
    /// <exception cref="UserErrorException">Some are not ready after <paramref name="timeout"/>; they are still being tried.</exception>
    public Task Start(TimeSpan timeout)
    {
        _links.Open();
        var start = Supervisor.StartAsync(_autostart, timeout);
        _isStarted.TrySetResult();
        return start;
    }

    /// <summary>Waits until all services that are wanted are ready or, if they are jobs, done.</summary>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="waiting">Called with what is waited for.</param>
    /// <exception cref="UserErrorException">They are not after <paramref name="timeout"/>, or one has failed for good.</exception>
    public async Task WaitAsync(TimeSpan timeout, Action<IReadOnlyList<string>>? waiting = null)
    {
        await _isStarted.Task;
        await Supervisor.WaitAsync(Services.Where(s => s.IsWanted), timeout, waiting);
    }

    /// <summary>Ends all services in order, also those on other hosts.</summary>
    public void Dispose()
    {
        _records?.Dispose();
        Supervisor.Dispose();
        _links.Dispose();
        _scopes.Dispose();
        _oneReload.Dispose();
    }

    private SupervisedService Make(PlannedService planned, RunScopes scopes, NodeLinks links, ServiceLog? log = null)
    {
        log ??= Journaled(planned.Name, _loggers.CreateLogger(planned.Name));
        if (links.Of(planned) is { } link)
            return Supervisor.Prepare(l => new RemoteService(planned, link, scopes.Of(planned.Entry), l), EntryOptions.RemoteSupervision(planned, link), log);
        var factory = new ServiceFactory(planned.File, planned.Entry, _programs, scopes.Of(planned.Entry));
        var options = EntryOptions.Supervision(planned.File, planned.Entry, new EntryVariables(planned.File, planned.Entry, planned.Name, planned.Instance));
        return Supervisor.Prepare(l => factory.Create(planned.Name, planned.Instance, l), options, log);
    }

    private void OnDeleted(Scope scope, string what)
    {
        var services = Supervisor.Services.Where(s => s.Service.Scope.IsWithin(scope)).ToList();
        if (services.Count == 0)
            return;
        _loggers.CreateLogger("fleet").LogWarning("the record of {What} was deleted: stopping {Services}", what, string.Join(", ", services.Select(s => s.Name)));
        _ = Supervisor.StopAsync(services, TimeSpan.FromDays(1)).ContinueWith(static stopped => _ = stopped.Exception, TaskScheduler.Default);
    }

    private ServiceLog Journaled(string service, ILogger logger)
    {
        var log = new ServiceLog(logger, Mask);
        log.RecordAdded += (at, level, text) => Journal.Add(service, at, level, text);
        return log;
    }
}
