namespace Hutch.Services;

/// <summary>What the states mean.</summary>
public static class ServiceStateExtensions
{
    /// <summary>Whether the service is at work: starting, running or finishing.</summary>
    public static bool IsAtWork(this ServiceState state) =>
        state is ServiceState.Starting or ServiceState.Running or ServiceState.Stopping;

    /// <summary>Whether the service has run and ended.</summary>
    public static bool HasEnded(this ServiceState state) =>
        state is ServiceState.Stopped or ServiceState.Failed or ServiceState.Killed;
}
