namespace Hutch.Fleet.Execution;

/// <summary>How an operation stands, in Commissaire's words; killed is Hutch's.</summary>
internal static class OperationStatus
{
    public const string InProcess = "in_process";
    public const string Finished = "finished";
    public const string Failed = "failed";
    public const string Killed = "killed";
}
