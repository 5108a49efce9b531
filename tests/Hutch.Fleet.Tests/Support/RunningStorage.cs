using Hutch.Bus;
using Hutch.Fleet.Secrets;
using Hutch.Fleet.Storage;
using Hutch.Services;
using Hutch.Services.Scopes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Fleet.Tests.Support;

/// <summary>A storage service that runs, and a bus to call it on.</summary>
internal sealed class RunningStorage : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StorageService _service;

    private RunningStorage(string url, string exchange, IReadOnlyList<HandlerOptions>? handlers, bool plainSecrets)
    {
        (Url, Exchange) = (url, exchange);
        var options = new BusOptions { Exchange = exchange, Call = new CallOptions { Timeout = TimeSpan.FromSeconds(30) } };
        Seal = new SecretSeal(KeyRing);
        handlers ??= HandlerOptions.Read(null, $"sqlite://{_folder["records.db"]}");
        _service = new StorageService(url, options, () => new RecordHandlers(handlers, NullLogger.Instance), Seal, plainSecrets);
        Session.Add(_service);
        Bus = BusConnection.Open(url, options);
        Records = new StorageClient(Bus);
    }

    /// <summary>The services of this fleet have the names of those of others.</summary>
    public Session Session { get; } = new("fleet");

    public string Url { get; }

    public string Exchange { get; }

    public string KeyRing => _folder["keys"];

    public string Folder => _folder.Path;

    public SecretSeal Seal { get; }

    public BusConnection Bus { get; }

    public StorageClient Records { get; }

    public static async Task<RunningStorage> StartAsync(string url, IReadOnlyList<HandlerOptions>? handlers = null, bool plainSecrets = false)
    {
        var running = new RunningStorage(url, $"fleet-{Guid.NewGuid():N}", handlers, plainSecrets);
        running._service.Start();
        await Eventually.TrueAsync(() => running._service.IsServing || running._service.State == ServiceState.Failed, "storage serves");
        Assert.True(running._service.IsServing, running._service.LastError?.Message);
        return running;
    }

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await Bus.Transport.DeleteQueueAsync("storage");
        await Bus.Transport.DeleteExchangeAsync(Exchange);
        await Bus.DisposeAsync();
        _folder.Dispose();
    }
}
