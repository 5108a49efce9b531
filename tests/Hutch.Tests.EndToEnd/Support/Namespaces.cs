namespace Hutch.Tests.EndToEnd.Support;

/// <summary>
/// Programs that see file systems of their own (unshare(1)): what is mounted for them is gone when they end, and never seen by the rest of the machine.
/// </summary>
internal static class Namespaces
{
    /// <summary>Runs commands of sh(1) in a mount namespace; HUTCH is the launcher, PYTHON and PEERS stand for the peers.</summary>
    /// <param name="script">The commands.</param>
    /// <param name="variables">What they refer to.</param>
    public static ChildProcess Mounts(string script, params IEnumerable<(string Name, string? Value)> variables) => Run(["--mount"], script, variables);

    /// <summary>The same, in a network of its own too, so that well-known ports and names are free.</summary>
    public static ChildProcess MountsAndNetwork(string script, params IEnumerable<(string Name, string? Value)> variables) =>
        Run(["--mount", "--net"], "ip link set lo up\n" + script, variables);

    private static ChildProcess Run(string[] kinds, string script, IEnumerable<(string, string?)> variables)
    {
        // Who is not root becomes the root of a user namespace, where the system allows it.
        string[] user = Environment.IsPrivilegedProcess ? [] : ["--map-root-user"];
        return ChildProcess.Start("unshare", [.. user, .. kinds, "sh", "-eu", "-c", script],
            [("HUTCH", Repository.Launcher), ("PYTHON", "/usr/bin/python3"), ("PEERS", Repository.Peer("")), .. variables]);
    }
}
