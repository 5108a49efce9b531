using Hutch.Bus.Requests;
using Hutch.Bus.Transports;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Requests;

/// <summary>A client of its own that hears all statuses.</summary>
internal sealed class StatusLog : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<RequestStatus> _statuses = [];

    private StatusLog(ITransport bus)
    {
        Bus = bus;
        Client = new RequestClient(bus);
    }

    public ITransport Bus { get; }

    public RequestClient Client { get; }

    public StatusAggregator Aggregator { get; } = new();

    public static async Task<StatusLog> OpenAsync(string url)
    {
        var log = new StatusLog(Transport.Open(url));
        await log.Client.SubscribeAsync(status =>
        {
            lock (log._gate)
                log._statuses.Add(status);
            log.Aggregator.Add(status);
        });
        return log;
    }

    public RequestStatus[] Of(string requestId)
    {
        lock (_gate)
            return [.. _statuses.Where(s => s.RequestId == requestId)];
    }

    /// <summary>The statuses of a request as <c>source action message</c>, when there are so many of them.</summary>
    public async Task<string[]> LinesAsync(string requestId, int count)
    {
        await Eventually.TrueAsync(() => Of(requestId).Length >= count,
            $"{count} statuses of {requestId}");
        return [.. Of(requestId).Select(s => $"{s.Source} {s.ActionName} {s.Message ?? "null"}")];
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Bus.DisposeAsync();
    }
}
