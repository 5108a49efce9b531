using Hutch.Installation.Files;
using Hutch.Installation.Hosting;

namespace Hutch.Installation;

/// <summary>Manages installed services: start, status, stop, remove.</summary>
/// <param name="manager">The service manager of the operating system.</param>
/// <param name="folder">Where files are.</param>
public sealed class Manager(IServiceManager manager, WorkingFolder folder)
{
    /// <summary>The services that are installed.</summary>
    public IReadOnlyList<InstalledService> Installed() =>
        [.. folder.Names().Where(n => manager.Find(n) is { IsOurs: true }).Select(n => Find(n))];

    /// <summary>Finds a service.</summary>
    /// <exception cref="UserErrorException">It is not installed, or not by Hutch.</exception>
    public InstalledService Find(string name)
    {
        var found = manager.Find(name);
        if (found is { IsOurs: false })
            throw new UserErrorException($"{name} is a service that is not Hutch's ({found.Value.Where}); it is left alone");
        if (found is null)
        {
            var installed = folder.Names().Where(n => manager.Find(n) is not null).ToList();
            throw new UserErrorException($"there is no service {name}; "
                + (Record(name) is not null ? $"it was removed: hutch manage {name} reinstall brings it back"
                    : installed.Count == 0 ? "none is installed: see hutch install --help" : $"there are: {string.Join(", ", installed)}"));
        }
        return new InstalledService(name, Record(name)?.Units is { Count: > 0 } units ? units : [name]);
    }

    /// <summary>How a service was installed last; null if that is not known.</summary>
    public InstallRecord? Record(string name) => InstallRecord.Read(folder.Record(name));

    /// <summary>Starts a service and waits until it is ready.</summary>
    public string Start(string name)
    {
        manager.CheckRights();
        manager.Start(Find(name));
        return Noted($"{name} is started");
    }

    /// <summary>Stops a service and waits until it has.</summary>
    public string Stop(string name)
    {
        manager.CheckRights();
        manager.Stop(Find(name));
        return Noted($"{name} is stopped");
    }

    /// <summary>Removes a service. What is needed to install it again stays, unless told otherwise.</summary>
    /// <param name="name">The service.</param>
    /// <param name="variables">Whether the values of its environment variables go too.</param>
    /// <param name="arguments">Whether the record of its installation, additions to its units, and its error log go too.</param>
    public string Remove(string name, bool variables, bool arguments)
    {
        manager.CheckRights();
        var service = manager.Find(name) is null && (variables || arguments) && Record(name) is not null ? null : Find(name);
        var record = Record(name);
        if (service is not null)
        {
            manager.Remove(service, arguments);
            foreach (var unit in service.Units)
            {
                File.Delete(folder.Spec(unit));
                File.Delete(folder.Launcher(unit));
            }
        }
        if (variables)
            File.Delete(folder.Variables(name));
        if (arguments)
        {
            File.Delete(folder.Record(name));
            if (record is not null)
                File.Delete(ErrorLog.PathFor(record.Folder, name));
        }
        var kept = new[] { File.Exists(folder.Record(name)) ? "its install arguments" : null, File.Exists(folder.Variables(name)) ? "its environment variables" : null }.OfType<string>();
        return Noted($"{name} is removed{(kept.Any() ? $"; {string.Join(" and ", kept)} are kept (--remove-install-args, --remove-env-vars)" : "")}");
    }

    /// <summary>How the units of a service do.</summary>
    public IReadOnlyList<UnitStatus> Status(string name)
    {
        var service = Find(name);
        var log = Record(name) is { } record ? ErrorLog.PathFor(record.Folder, name) : null;
        return [.. service.Units.Select(u => manager.Status(service, u) with { LastError = log is null ? null : ErrorLog.Last(log), ErrorLog = log is not null && File.Exists(log) && new FileInfo(log).Length > 0 ? log : null })];
    }

    private string Noted(string what)
    {
        folder.Note(what);
        return what;
    }
}
