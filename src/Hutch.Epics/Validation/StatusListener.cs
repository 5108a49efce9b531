using Hutch.Bus.Requests;
using Hutch.Bus.Transports;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Validation;

/// <summary>Hears the statuses of all services for as long as it runs.</summary>
internal sealed class StatusListener : AsyncService
{
    private readonly ITransport _bus;
    private readonly Action<RequestStatus> _listener;
    private RequestClient? _client;

    public StatusListener(string name, ITransport bus, Action<RequestStatus> listener, ILogger? logger)
        : base(name, logger) => (_bus, _listener) = (bus, listener);

    protected override async Task OnFirstIterationAsync(CancellationToken stop)
    {
        _client = new RequestClient(_bus, Logger);
        await _client.SubscribeAsync(_listener, stop).ConfigureAwait(false);
    }

    protected override Task<TimeSpan?> IterateAsync(CancellationToken stop) => Task.FromResult<TimeSpan?>(TimeSpan.FromSeconds(1));

    protected override void OnStopped() => _client?.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
