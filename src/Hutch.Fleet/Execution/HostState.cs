namespace Hutch.Fleet.Execution;

/// <summary>What an operation has done with a host.</summary>
internal static class HostState
{
    public const string Waiting = "waiting";
    public const string Running = "running";
    public const string Checking = "checking";
    public const string Done = "done";
    public const string Failed = "failed";
    public const string Killed = "killed";
}
