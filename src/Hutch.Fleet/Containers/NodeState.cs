namespace Hutch.Fleet.Containers;

/// <summary>A node as its container manager sees it.</summary>
/// <param name="Node">Its address.</param>
/// <param name="Status">One of the constants.</param>
/// <param name="Reason">Why it is not ok; empty while it is.</param>
internal sealed record NodeState(string Node, string Status, string Reason = "")
{
    /// <summary>Containers can run on it.</summary>
    public const string Ok = "ok";

    /// <summary>It says itself that it is not ready.</summary>
    public const string NotReady = "not_ready";

    /// <summary>Nothing has been heard of it.</summary>
    public const string Unknown = "unknown";

    /// <summary>It does not answer.</summary>
    public const string Unreachable = "unreachable";
}
