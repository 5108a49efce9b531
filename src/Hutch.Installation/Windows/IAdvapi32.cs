namespace Hutch.Installation.Windows;

/// <summary>The calls of the service control manager that Hutch needs, as advapi32.dll has them; see winsvc.h. Those that fail set the last error.</summary>
public interface IAdvapi32
{
    /// <summary>The error of the last call that failed.</summary>
    int LastError { get; }

    /// <summary>OpenSCManagerW on this machine; 0 if it failed.</summary>
    nint OpenManager(uint access);

    /// <summary>CreateServiceW of a service with a process of its own; 0 if it failed.</summary>
    nint CreateService(nint manager, string name, string displayName, uint startType, string commandLine, string? account, string? password);

    /// <summary>OpenServiceW; 0 if it failed.</summary>
    nint OpenService(nint manager, string name, uint access);

    /// <summary>ChangeServiceConfig2W with a structure for the level.</summary>
    bool ChangeConfiguration(nint service, uint level, nint structure);

    /// <summary>The command line and start type of QueryServiceConfigW; null if it failed.</summary>
    (string CommandLine, uint StartType)? QueryConfiguration(nint service);

    /// <summary>QueryServiceStatusEx.</summary>
    bool QueryStatus(nint service, out ServiceStatusProcess status);

    /// <summary>StartServiceW without arguments.</summary>
    bool Start(nint service);

    /// <summary>ControlService.</summary>
    bool Control(nint service, uint control);

    /// <summary>DeleteService.</summary>
    bool Delete(nint service);

    /// <summary>CloseServiceHandle.</summary>
    void Close(nint handle);
}
