namespace Hutch.Services.Scopes;

/// <summary>A way to find out whether a node can be reached. It answers within a few seconds and does not throw.</summary>
public interface IReachability
{
    /// <summary>Whether the node answers now.</summary>
    ValueTask<bool> IsReachableAsync(CancellationToken stop);
}
