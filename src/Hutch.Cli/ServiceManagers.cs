using Hutch.Installation;
using Hutch.Installation.Systemd;
using Hutch.Installation.Windows;

namespace Hutch.Cli;

/// <summary>Chooses the service manager of this machine.</summary>
internal static class ServiceManagers
{
    public static IServiceManager For(bool userUnits)
    {
        if (!OperatingSystem.IsWindows())
            return new SystemdManager(userUnits);
        return userUnits
            ? throw new UsageErrorException("Windows has no user services; leave out --user")
            : new WindowsManager(new Advapi32());
    }
}
