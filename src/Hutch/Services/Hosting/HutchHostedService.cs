using Hutch.Services.Scopes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hutch.Services.Hosting;

/// <summary>Starts and stops Hutch's services with the host, and shows the host's other services to the registry.</summary>
internal sealed class HutchHostedService(
    IEnumerable<Service> services, IServiceProvider provider, IHostApplicationLifetime lifetime, ILogger<HutchHostedService> logger)
    : IHostedLifecycleService, IDisposable
{
    private readonly Session _session = new("host", logger);
    private List<HostedServiceView> _views = [];

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // The host has handlers of its own for signals, and stops us from there.
        ProcessEnd.HandlesSignals = false;
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            foreach (var service in services)
            {
                service.StateChanged += OnChange;
                _session.Add(service);
            }
            new ServiceList(services).Start();
        },
        cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var others = (IEnumerable<IHostedService>)provider.GetService(typeof(IEnumerable<IHostedService>))!;
        // Two of one type differ by a number: a name is unique in a scope.
        _views = [.. others.Where(o => !ReferenceEquals(o, this)).GroupBy(o => o.GetType()).SelectMany(g => g.Select((o, i) => new HostedServiceView(o, i)))];
        _session.Add(_views);
        _views.ForEach(v => v.Start());
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _views.ForEach(v => v.HostStops());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(() => new ServiceList(services).GraduallyStop(), cancellationToken);

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            _views.ForEach(v => v.HostHasStopped());
            _session.Dispose();
        },
        cancellationToken);

    /// <summary>Ends what a host that was never stopped has left.</summary>
    public void Dispose() => _session.Dispose();

    private void OnChange(object? sender, StateChange change)
    {
        if (change.To != ServiceState.Failed || sender is not Service service)
            return;
        logger.LogCritical("{Service} has failed and stops the application: {Message}", service.ServiceName, service.LastError?.Message);
        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }
}
