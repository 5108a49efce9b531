namespace Hutch.Installation;

/// <summary>The service manager of the operating system: systemd, or the one of Windows.</summary>
public interface IServiceManager
{
    /// <summary>Whether it is there, and lets the caller change services.</summary>
    /// <exception cref="UserErrorException">It is not, or does not; with the way out.</exception>
    void CheckRights();

    /// <summary>Checks what only it can: the user, the limits, the calendar.</summary>
    /// <exception cref="UserErrorException">Something of the options is wrong.</exception>
    void Check(InstallPlan plan);

    /// <summary>Who a unit of this name belongs to.</summary>
    /// <returns>Null if there is none; otherwise whether it is one of Hutch's, and where it is.</returns>
    (bool IsOurs, string Where)? Find(string name);

    /// <summary>The working folder that a service of Hutch's was installed with; null if it says none.</summary>
    string? FolderOf(string name);

    /// <summary>Makes the units, to be started at boot.</summary>
    /// <exception cref="UserErrorException">It did not work; nothing is left of it.</exception>
    void Install(InstallPlan plan);

    /// <summary>Starts a service and waits until it is ready.</summary>
    /// <exception cref="UserErrorException">It did not start.</exception>
    void Start(InstalledService service);

    /// <summary>Stops a service and waits until it has.</summary>
    /// <exception cref="UserErrorException">It did not stop.</exception>
    void Stop(InstalledService service);

    /// <summary>Removes the units; they are stopped first.</summary>
    /// <param name="service">The service.</param>
    /// <param name="all">Whether the operator's additions to it go too.</param>
    void Remove(InstalledService service, bool all);

    /// <summary>Says how a unit does.</summary>
    UnitStatus Status(InstalledService service, string unit);
}
