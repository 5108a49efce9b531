using Hutch.Services.Scopes;

namespace Hutch.Fleet.Scopes;

/// <summary>What is known of one record that scopes live by.</summary>
internal sealed class FollowedRecord(TimeSpan firstAnswer) : IReachability
{
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile object? _works;

    public event Action? Deleted;

    /// <summary>Whether the records have been asked.</summary>
    public bool IsKnown => _known.Task.IsCompleted;

    /// <summary>Whether the host works; null when there is no record.</summary>
    public bool? Works => (bool?)_works;

    /// <summary>Takes note of what the record says.</summary>
    /// <returns>Whether there was one and is no longer.</returns>
    public bool Know(bool? works)
    {
        var isGone = IsKnown && Works is not null && works is null;
        _works = works;
        _known.TrySetResult();
        return isGone;
    }

    public void RaiseDeleted() => Deleted?.Invoke();

    /// <summary>Whether the host works. When the records cannot be asked at all, it is taken to.</summary>
    public async ValueTask<bool> IsReachableAsync(CancellationToken stop)
    {
        if (!IsKnown)
            await Task.WhenAny(_known.Task, Task.Delay(firstAnswer, stop)).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        return !IsKnown || Works == true;
    }
}
