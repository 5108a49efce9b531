using Microsoft.Extensions.Logging;

namespace Hutch.Services;

/// <summary>A service with an asynchronous body. It runs on the thread pool: while it waits, it costs no thread.</summary>
public abstract class AsyncService : Service
{
    /// <summary>Makes a service; nothing runs before <see cref="Service.Start"/>.</summary>
    protected AsyncService(string name, ILogger? logger = null)
        : base(name, logger)
    {
    }

    /// <summary>Yes: what awaits may await the next message.</summary>
    public override bool WaitsForWork => true;

    /// <summary>The thread pool: an asynchronous body has no dedicated thread.</summary>
    public override ServiceContainer Container
    {
        get => ServiceContainer.Pool;
        init
        {
            if (value == ServiceContainer.Thread)
                throw new ArgumentException($"service {ServiceName} has an asynchronous body, which runs on the pool; derive from Service to have a thread", nameof(value));
        }
    }

    /// <summary>One iteration of the work; it ends when <paramref name="stop"/> is set.</summary>
    /// <returns>The pause before the next iteration, or null for <see cref="Service.Interval"/>.</returns>
    protected abstract Task<TimeSpan?> IterateAsync(CancellationToken stop);

    /// <summary>Runs before the first iteration; see <see cref="Service.OnFirstIteration"/>.</summary>
    protected virtual Task OnFirstIterationAsync(CancellationToken stop) => Task.CompletedTask;

    /// <summary>Asked before each iteration; see <see cref="Service.IsReady"/>.</summary>
    protected virtual ValueTask<bool> IsReadyAsync(CancellationToken stop) => ValueTask.FromResult(true);

    /// <summary>Not used: the asynchronous methods take its place.</summary>
    protected sealed override TimeSpan? Iterate(CancellationToken stop) => throw new NotSupportedException();

    /// <summary>Not used: the asynchronous methods take its place.</summary>
    protected sealed override void OnFirstIteration(CancellationToken stop) => throw new NotSupportedException();

    /// <summary>Not used: the asynchronous methods take its place.</summary>
    protected sealed override bool IsReady(CancellationToken stop) => throw new NotSupportedException();

    private protected sealed override async ValueTask<TimeSpan?> StepAsync(ServiceRun run, CancellationToken stop)
    {
        Beat();
        try
        {
            if (CheckedNode is { } node && !await node.IsReachableAsync(stop))
                return Skip($"node {node.Name} is not reachable");
            if (!await IsReadyAsync(stop))
                return Skip("it is not ready");
            if (!run.FirstIterationDone)
            {
                await OnFirstIterationAsync(stop);
                run.FirstIterationDone = true;
            }
            return await IterateAsync(stop) ?? Interval;
        }
        catch (Exception error)
        {
            return PauseAfter(error, run, stop);
        }
    }
}
