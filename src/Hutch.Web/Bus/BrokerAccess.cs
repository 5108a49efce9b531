using Hutch.Bus;
using Hutch.Bus.Requests;
using Microsoft.Extensions.Logging;

namespace Hutch.Web.Bus;

/// <summary>The connection to the bus that requests and method calls of HTTP clients go through.</summary>
public sealed class BrokerAccess : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private IAsyncDisposable? _subscription;

    /// <summary>Starts connecting; the broker may become available later.</summary>
    public BrokerAccess(string url, ILogger logger)
    {
        Url = url;
        Bus = BusConnection.Open(url, logger: logger);
        Requests = new RequestClient(Bus.Transport, logger);
    }

    /// <summary>Where the broker is.</summary>
    public string Url { get; }

    /// <summary>Methods of services.</summary>
    public IBus Bus { get; }

    /// <summary>Sends requests and kills.</summary>
    public RequestClient Requests { get; }

    /// <summary>What services have said about the latest requests.</summary>
    public StatusAggregator Statuses { get; } = new(1000);

    /// <summary>Begins to hear statuses, if that is not done yet.</summary>
    public async Task ListenAsync(CancellationToken cancel = default)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            _subscription ??= await Requests.SubscribeAsync(Statuses.Add, cancel).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Requests.DisposeAsync().ConfigureAwait(false);
        await Bus.DisposeAsync().ConfigureAwait(false);
        _gate.Dispose();
    }
}
