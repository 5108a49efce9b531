using System.ComponentModel;
using System.Diagnostics;
using static Hutch.Installation.Windows.ServiceConstants;

namespace Hutch.Installation.Windows;

/// <summary>The service manager of Windows, by the calls of advapi32.dll.</summary>
public sealed class WindowsManager(IAdvapi32 api) : IServiceManager
{
    /// <summary>How long a start or stop may take beyond what the service itself asks for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public void CheckRights()
    {
        using var manager = new ServiceHandle(api, api.OpenManager(SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE));
        if (!manager.IsOpen)
            throw Error("services cannot be changed");
    }

    /// <inheritdoc/>
    public void Check(InstallPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var options = plan.Request.Options;
        if (options.IsPeriodic || plan.IsSplit)
            throw new UsageErrorException("--every, --calendar and --split need systemd; on Windows use the task scheduler for the first two, and leave out --split");
        if ((options.MemoryLimit ?? options.CpuQuota ?? options.Cpus) is { } limit)
            throw new UsageErrorException($"limits ({limit}) need systemd; leave out --memory, --cpu-quota and --cpus");
    }

    /// <inheritdoc/>
    public (bool IsOurs, string Where)? Find(string name) =>
        Configuration(name) is { } found ? (SpecOf(found.CommandLine) is not null, found.CommandLine) : null;

    /// <inheritdoc/>
    public string? FolderOf(string name) => Configuration(name) is { } found && SpecOf(found.CommandLine) is { } spec ? Path.GetDirectoryName(spec) : null;

    /// <inheritdoc/>
    public void Install(InstallPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var (options, spec) = (plan.Request.Options, plan.Specs[0]);
        var line = CommandLine.Of([.. HutchProgramFile.Command, "service-host", "--scm", plan.Folder.Spec(plan.Name)]);
        using var manager = new ServiceHandle(api, api.OpenManager(SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE));
        var password = plan.User is null ? null : Environment.GetEnvironmentVariable("HUTCH_RUN_AS_PASSWORD");
        using var service = new ServiceHandle(api, api.CreateService(manager.Value, plan.Name, plan.Name, SERVICE_AUTO_START, line, plan.User, password));
        if (!service.IsOpen)
            throw Error($"{plan.Name} cannot be installed");
        var description = options.Description ?? $"{plan.Request.Kind.ToString().ToLowerInvariant()} {spec.Target}, run by Hutch";
        // A manager that knows no delayed start, or no recovery after an orderly failure (Windows XP, Wine), does without.
        bool Done(bool set) => set || api.LastError == ERROR_INVALID_LEVEL;
        if (Done(ServiceSettings.Describe(api, service.Value, description))
            && (options.Restart == RestartChoice.Never || Done(ServiceSettings.RestartOnFailure(api, service.Value)))
            && (!options.DelayedStart || Done(ServiceSettings.DelayStart(api, service.Value))))
        {
            EventSource.Add(plan.Name);
            return;
        }
        var error = Error($"{plan.Name} cannot be configured");
        api.Delete(service.Value);
        throw error;
    }

    /// <inheritdoc/>
    public void Start(InstalledService service)
    {
        ArgumentNullException.ThrowIfNull(service);
        using var opened = Open(service.Name);
        if (!api.Start(opened.Value) && api.LastError != ERROR_SERVICE_ALREADY_RUNNING)
            throw Error($"{service.Name} did not start");
        var status = WaitWhile(opened, SERVICE_START_PENDING);
        if (status.CurrentState != SERVICE_RUNNING)
            throw new UserErrorException($"{service.Name} did not start: {ServiceStates.Result(status) ?? ServiceStates.Name(status)}; see: hutch manage {service.Name} status");
    }

    /// <inheritdoc/>
    public void Stop(InstalledService service)
    {
        ArgumentNullException.ThrowIfNull(service);
        using var opened = Open(service.Name);
        if (!api.Control(opened.Value, SERVICE_CONTROL_STOP) && api.LastError != ERROR_SERVICE_NOT_ACTIVE)
            throw Error($"{service.Name} does not stop");
        var status = WaitWhile(opened, SERVICE_STOP_PENDING, SERVICE_RUNNING);
        if (status.CurrentState != SERVICE_STOPPED)
            throw new UserErrorException($"{service.Name} does not stop: it is still {ServiceStates.Name(status)} (pid {status.ProcessId})");
    }

    /// <inheritdoc/>
    public void Remove(InstalledService service, bool all)
    {
        ArgumentNullException.ThrowIfNull(service);
        Stop(service);
        using (var opened = Open(service.Name))
        {
            if (!api.Delete(opened.Value) && api.LastError != ERROR_SERVICE_MARKED_FOR_DELETE)
                throw Error($"{service.Name} cannot be removed");
        }
        EventSource.Remove(service.Name);
    }

    /// <inheritdoc/>
    public UnitStatus Status(InstalledService service, string unit)
    {
        using var opened = Open(unit);
        api.QueryStatus(opened.Value, out var status);
        var pid = status.ProcessId == 0 ? (int?)null : (int)status.ProcessId;
        var (memory, started) = Usage(pid);
        return new UnitStatus
        {
            Name = unit,
            State = ServiceStates.Name(status),
            Since = started,
            Pid = pid,
            MemoryBytes = memory,
            Result = ServiceStates.Result(status),
            Enabled = api.QueryConfiguration(opened.Value)?.StartType == SERVICE_AUTO_START,
        };
    }

    private static (long?, DateTimeOffset?) Usage(int? pid)
    {
        try
        {
            using var process = pid is { } id ? Process.GetProcessById(id) : null;
            return (process?.WorkingSet64, process?.StartTime);
        }
        catch (Exception error) when (error is ArgumentException or Win32Exception or InvalidOperationException)
        {
            return (null, null); // it has just ended, or is another user's
        }
    }

    private static string? SpecOf(string commandLine)
    {
        const string marker = "service-host --scm ";
        var at = commandLine.IndexOf(marker, StringComparison.Ordinal);
        return at < 0 ? null : commandLine[(at + marker.Length)..].Trim('"');
    }

    private (string CommandLine, uint StartType)? Configuration(string name)
    {
        using var manager = new ServiceHandle(api, api.OpenManager(SC_MANAGER_CONNECT));
        using var service = new ServiceHandle(api, api.OpenService(manager.Value, name, SERVICE_QUERY_CONFIG));
        return service.IsOpen ? api.QueryConfiguration(service.Value) : null;
    }

    private ServiceHandle Open(string name)
    {
        using var manager = new ServiceHandle(api, api.OpenManager(SC_MANAGER_CONNECT));
        var service = new ServiceHandle(api, api.OpenService(manager.Value, name, SERVICE_ALL_ACCESS));
        return service.IsOpen ? service : throw Error($"service {name} cannot be opened");
    }

    private ServiceStatusProcess WaitWhile(ServiceHandle service, params uint[] states)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (!api.QueryStatus(service.Value, out var status))
                throw Error("the state of the service cannot be queried");
            if (!states.Contains(status.CurrentState) || clock.Elapsed > Patience + TimeSpan.FromMilliseconds(status.WaitHint))
                return status;
#pragma warning disable RS0030 // the service manager is polled: it reports nothing
            Thread.Sleep(50);
#pragma warning restore RS0030
        }
    }

    private UserErrorException Error(string what)
    {
        var code = api.LastError;
        var way = code switch
        {
            ERROR_ACCESS_DENIED => "access is denied; run it as administrator",
            ERROR_SERVICE_EXISTS => "there is already a service of this name; choose another --service-name",
            ERROR_SERVICE_MARKED_FOR_DELETE => "it is about to be deleted: close the windows that show it, and try again",
            ERROR_INVALID_SERVICE_ACCOUNT => "the account or its password is wrong; give --run-as DOMAIN\\USER, and the password in HUTCH_RUN_AS_PASSWORD",
            ERROR_SERVICE_DOES_NOT_EXIST => "there is no such service",
            _ => new Win32Exception(code).Message,
        };
        return new UserErrorException($"{what}: {way} (error {code})");
    }
}
