using System.Runtime.InteropServices;

namespace Hutch.Installation.Windows;

/// <summary>SERVICE_STATUS_PROCESS of winsvc.h: nine double words.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct ServiceStatusProcess
{
    /// <summary>SERVICE_WIN32_OWN_PROCESS and the like.</summary>
    public uint ServiceType { get; set; }

    /// <summary>SERVICE_STOPPED (1) to SERVICE_PAUSED (7).</summary>
    public uint CurrentState { get; set; }

    /// <summary>The controls that it takes.</summary>
    public uint ControlsAccepted { get; set; }

    /// <summary>The error that it ended with.</summary>
    public uint Win32ExitCode { get; set; }

    /// <summary>Its own exit code, if the error is ERROR_SERVICE_SPECIFIC_ERROR.</summary>
    public uint ServiceSpecificExitCode { get; set; }

    /// <summary>Counts up while a start or stop makes progress.</summary>
    public uint CheckPoint { get; set; }

    /// <summary>How long the next step takes, in ms.</summary>
    public uint WaitHint { get; set; }

    /// <summary>The process; 0 if there is none.</summary>
    public uint ProcessId { get; set; }

    /// <summary>SERVICE_RUNS_IN_SYSTEM_PROCESS or 0.</summary>
    public uint ServiceFlags { get; set; }
}
