using System.Collections.Concurrent;
using Hutch.Bus;
using Hutch.Fleet.Investigation;
using Hutch.Fleet.Records;
using Hutch.Fleet.Watching;
using Hutch.Services;
using Hutch.Services.Scopes;
using Microsoft.Extensions.Logging;

namespace Hutch.Fleet.Tests.Support;

/// <summary>The services of a fleet on one bus, with all that they log.</summary>
internal sealed class RunningFleet : IAsyncDisposable
{
    private readonly List<BusService> _services = [];
    private readonly List<Session> _sessions = [];
    private readonly ILoggerFactory _loggers;

    private RunningFleet(RunningStorage storage)
    {
        Storage = storage;
        Options = new BusOptions { Exchange = storage.Exchange, Call = new CallOptions { Timeout = TimeSpan.FromSeconds(60) } };
        _loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new Lines(Log)));
    }

    public RunningStorage Storage { get; }

    public BusOptions Options { get; }

    public ConcurrentQueue<string> Log { get; } = [];

    public string Url => Storage.Url;

    public static async Task<RunningFleet> StartAsync(string url) => new(await RunningStorage.StartAsync(url));

    /// <summary>A logger whose lines are kept.</summary>
    public ILogger Logger => _loggers.CreateLogger("fleet");

    public async Task StartAsync(BusService service)
    {
        _services.Add(service);
        // As in a process of its own: two of a kind may run.
        var session = new Session(service.ServiceName);
        _sessions.Add(session);
        session.Add(service);
        service.Start();
        await Eventually.TrueAsync(() => service.IsServing || service.State == ServiceState.Failed, $"{service.ServiceName} serves");
        Assert.True(service.IsServing, service.LastError?.Message);
    }

    public Task StartInvestigatorAsync(InvestigatorOptions? options = null) =>
        StartAsync(new Investigator(Url, Options, options ?? new InvestigatorOptions(), Storage.Seal, Logger));

    /// <summary>Starts a watcher; as in a process of its own, so two may run.</summary>
    public Watcher StartWatcher(WatcherOptions options)
    {
        var watcher = new Watcher(Url, Options, options, Storage.Seal, Logger);
        var session = new Session("watcher");
        _sessions.Add(session);
        session.Add(watcher);
        watcher.Start();
        return watcher;
    }

    /// <summary>The record of a host, once it is as it should be.</summary>
    public async Task<Host> UntilAsync(TestHost host, Func<Host, bool> condition)
    {
        Host? found = null;
        await Eventually.TrueAsync(async () => condition(found = await Storage.Records.GetAsync<Host>(host.Address)), TimeSpan.FromSeconds(30), () => $"the record is {found}; log: {string.Join('\n', Log.TakeLast(10))}");
        return found!;
    }

    /// <summary>Stores a host and how to log in on it.</summary>
    public async Task AddAsync(TestHost host, TestHost? jump = null, string? key = null)
    {
        await Storage.Records.SaveAsync(new HostCreds { Address = host.Address, SshPrivKey = Storage.Seal.Seal(key ?? host.PrivateKey) });
        await Storage.Records.SaveAsync(host.Record(jump));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services.AsEnumerable().Reverse())
        {
            service.Dispose();
            // One that did not end well may still take the calls of the next fleet on this broker.
            Assert.True(service.State == ServiceState.Stopped, $"{service.ServiceName} is {service.State}: {service.LastError}");
            foreach (var queue in service.Options.Queues.Where(q => q.Name.Length > 0))
                await Storage.Bus.Transport.DeleteQueueAsync(queue.Name);
        }
        _sessions.ForEach(s => s.Dispose());
        await Storage.DisposeAsync();
        _loggers.Dispose();
    }

    private sealed class Lines(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
