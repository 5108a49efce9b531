using Microsoft.Extensions.Logging;

namespace Hutch.Services.Scopes;

/// <summary>
/// The scope of services that belong to one machine or device. With a reachability check, their iterations are skipped
/// while the node does not answer.
/// </summary>
public sealed class Node : Scope
{
    private readonly SemaphoreSlim _checking = new(1);
    private long _checkedAt = long.MinValue / 2;
    private volatile bool _reachable;
    private int _isAsking;

    /// <summary>Makes a node of a cluster.</summary>
    public Node(string name, Cluster cluster, ILogger? logger = null)
        : base(name, cluster, logger)
    {
    }

    /// <summary>Makes a node that belongs to no cluster.</summary>
    public Node(string name, Session? session = null, ILogger? logger = null)
        : base(name, session ?? Session.Current, logger)
    {
    }

    /// <inheritdoc/>
    public override string Kind => "node";

    /// <summary>How to find out whether the node can be reached; null (the default) takes it for granted.</summary>
    public IReachability? Reachability { get; init; }

    /// <summary>How long an answer of the check holds for all services of the node. Default 1 s.</summary>
    public TimeSpan ReachabilityHolds { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether the node answers, or did a moment ago (<see cref="ReachabilityHolds"/>).</summary>
    public ValueTask<bool> IsReachableAsync(CancellationToken stop) =>
        Reachability is null || IsFresh ? ValueTask.FromResult(Reachability is null || _reachable) : Check(stop);

    /// <inheritdoc cref="IsReachableAsync"/>
    public bool IsReachable(CancellationToken stop)
    {
        var answer = IsReachableAsync(stop);
        return answer.IsCompletedSuccessfully ? answer.Result : answer.AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Whether the node answered when it was last asked; it is asked again, in the background, when that was too long ago.</summary>
    /// <param name="answered">Called when it has been asked.</param>
    /// <param name="stop">Ends the asking.</param>
    internal bool LooksReachable(Action answered, CancellationToken stop)
    {
        if (Reachability is null)
            return true;
        if (!IsFresh && Interlocked.Exchange(ref _isAsking, 1) == 0)
            _ = AskAsync(answered, stop);
        return _reachable;
    }

    private async Task AskAsync(Action answered, CancellationToken stop)
    {
        await Task.Yield();
        try
        {
            await IsReachableAsync(stop);
        }
        catch (OperationCanceledException)
        {
            // Nobody wants to know any more.
        }
        finally
        {
            Volatile.Write(ref _isAsking, 0);
        }
        answered();
    }

    private bool IsFresh => Environment.TickCount64 - Volatile.Read(ref _checkedAt) < ReachabilityHolds.TotalMilliseconds;

    private async ValueTask<bool> Check(CancellationToken stop)
    {
        await _checking.WaitAsync(stop);
        try
        {
            if (!IsFresh)
            {
                _reachable = await Reachability!.IsReachableAsync(stop);
                Volatile.Write(ref _checkedAt, Environment.TickCount64);
            }
            return _reachable;
        }
        finally
        {
            _checking.Release();
        }
    }
}
