using Microsoft.Extensions.Hosting;

namespace Hutch.Services.Hosting;

/// <summary>A hosted service of the application as the registry sees it: its state, and the ways to stop and start it.</summary>
public sealed class HostedServiceView : AsyncService
{
    private readonly IHostedService _hosted;
    private volatile bool _hostRunsIt = true;

    internal HostedServiceView(IHostedService hosted, int number)
        : base((hosted.GetType().FullName ?? hosted.GetType().Name) + (number == 0 ? "" : $"-{number + 1}")) => _hosted = hosted;

    /// <summary>The hosted service itself.</summary>
    public IHostedService Hosted => _hosted;

    private protected override bool EndsOnError => true;

    /// <summary>The host begins to stop it.</summary>
    internal void HostStops() => _hostRunsIt = false;

    /// <summary>The host has stopped it already.</summary>
    internal void HostHasStopped()
    {
        RequestStop("the host has stopped it");
        WaitTillStopped(StopTimeout);
    }

    /// <summary>Starts it, except the first time, when the host has done so.</summary>
    protected override void OnStarting()
    {
        if (StartCount > 1)
            _hosted.StartAsync(StopToken).GetAwaiter().GetResult();
        _hostRunsIt = true;
    }

    /// <summary>Waits for its end, as far as a hosted service shows it (<see cref="BackgroundService.ExecuteTask"/>).</summary>
    protected override async Task<TimeSpan?> IterateAsync(CancellationToken stop)
    {
        var stopped = Task.Delay(Timeout.Infinite, stop);
        if (_hosted is BackgroundService { ExecuteTask: { } work })
        {
            await Task.WhenAny(work, stopped);
            // Most bodies end by the cancellation with which the host stops them, which is no failure.
            if (work.IsFaulted || (_hostRunsIt && !stop.IsCancellationRequested))
            {
                await work;
                RequestStop("its work is done");
            }
        }
        await stopped;
        return null;
    }

    /// <summary>Stops it, unless the host has.</summary>
    protected override void OnStopped()
    {
        if (!_hostRunsIt)
            return;
        _hostRunsIt = false;
        using var patience = new CancellationTokenSource(StopTimeout);
        _hosted.StopAsync(patience.Token).GetAwaiter().GetResult();
        if (LastError is null && _hosted is BackgroundService { ExecuteTask: { IsFaulted: true } work })
            work.GetAwaiter().GetResult();
    }
}
