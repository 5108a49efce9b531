namespace Hutch.Fleet.Containers;

/// <summary>A container on a node.</summary>
/// <param name="Name">Its name; empty for the line of a node that does not answer.</param>
/// <param name="Node">The address of its node.</param>
/// <param name="Image">Its image, or the root folder of a command on a plain node; empty for the node's own.</param>
/// <param name="State">One of the constants.</param>
/// <param name="ExitCode">How it ended, 128 and the number of the signal that ended it; null while it has not.</param>
/// <param name="Reason">What it waits for, or why it failed; may be empty.</param>
internal sealed record Container(string Name, string Node, string Image, string State, int? ExitCode = null, string Reason = "")
{
    /// <summary>It is about to run.</summary>
    public const string Waiting = "waiting";

    /// <summary>It runs.</summary>
    public const string Running = "running";

    /// <summary>It has ended, and stays in the list until it is stopped.</summary>
    public const string Exited = "exited";

    /// <summary>Its node does not answer.</summary>
    public const string Unknown = "unknown";
}
