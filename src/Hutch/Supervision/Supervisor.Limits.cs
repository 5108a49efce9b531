using System.Globalization;
using Hutch.Services;
using Hutch.Services.Processes;
using Microsoft.Extensions.Logging;

namespace Hutch.Supervision;

public sealed partial class Supervisor
{
    /// <summary>How often what services count is made into rates, and memory is measured where it is limited.</summary>
    private static readonly TimeSpan MeasurePeriod = TimeSpan.FromSeconds(1);

    /// <summary>How often memory and processor time are measured where no memory is limited: reading /proc is most of what supervision costs at rest.</summary>
    private static readonly TimeSpan UsagePeriod = TimeSpan.FromSeconds(2);

    private DateTimeOffset _measuredAt;
    private DateTimeOffset _usageAt;

    private void Measure(DateTimeOffset now)
    {
        if (now - _measuredAt < MeasurePeriod)
            return;
        foreach (var service in _services)
            service.Count(now - _measuredAt);
        _measuredAt = now;
        if (!_services.Exists(s => s.ProcessId is not null) || (now - _usageAt < UsagePeriod && !_services.Exists(s => s.Options.MemoryLimit is not null)))
            return;
        _usageAt = now;
        var table = ProcessTable.Now();
        foreach (var service in _services)
        {
            if (service.ProcessId is not { } id)
                continue;
            var (cpu, memory) = table.Usage(id);
            var (at, used) = service.CpuMark;
            service.Memory = memory;
            service.Cpu = at > service.RunningSince && cpu >= used ? (cpu - used) / (now - at) : null;
            service.CpuMark = (now, cpu);
        }
    }

    private void CheckLimits(SupervisedService service)
    {
        var (memory, heartbeat) = (service.Options.MemoryLimit, service.Options.HeartbeatLimit);
        if (memory is not null && service.Memory > memory)
            Restart(service, string.Create(CultureInfo.InvariantCulture, $"it uses {service.Memory / 1e6:0} MB of memory, more than its limit of {memory / 1e6:0} MB"));
        else if (heartbeat is not null && _standstills.Without(Lateness(service.Service)) is var silence && silence > heartbeat)
            Restart(service, string.Create(CultureInfo.InvariantCulture, $"it has made no progress for {silence.TotalSeconds:0.0} s, longer than its limit of {heartbeat.Value.TotalSeconds:0.0} s"));
    }

    // The heartbeat of a process already says how late its services are.
    private static TimeSpan Lateness(Service service) => service is ProcessService ? service.SinceHeartbeat : service.Overdue;

    private void Restart(SupervisedService service, string reason)
    {
        _logger.LogError("{Service} is restarted: {Reason}", service.Name, reason);
        service.RestartBecause = reason;
        service.RestartIsFailure = true;
        Wake();
    }
}
