using static Hutch.Installation.Windows.ServiceConstants;

namespace Hutch.Installation.Windows;

/// <summary>The states of Windows in the words that Hutch uses everywhere.</summary>
public static class ServiceStates
{
    /// <summary>The word for a status.</summary>
    public static string Name(ServiceStatusProcess status) => status.CurrentState switch
    {
        SERVICE_START_PENDING or SERVICE_CONTINUE_PENDING => "starting",
        SERVICE_STOP_PENDING or SERVICE_PAUSE_PENDING => "stopping",
        SERVICE_RUNNING => "running",
        SERVICE_PAUSED => "paused",
        _ => status.Win32ExitCode is 0 or ERROR_SERVICE_NEVER_STARTED ? "stopped" : "failed",
    };

    /// <summary>Why it ended; null if it did not, or ended well.</summary>
    public static string? Result(ServiceStatusProcess status) => Name(status) != "failed" ? null
        : status.Win32ExitCode == ERROR_SERVICE_SPECIFIC_ERROR ? $"it ended with exit code {status.ServiceSpecificExitCode}"
        : $"it ended with Windows error {status.Win32ExitCode}";
}
