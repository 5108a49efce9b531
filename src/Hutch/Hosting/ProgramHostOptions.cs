using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Hosting;

/// <summary>Further options of a host of a program's services; all are optional.</summary>
public sealed record ProgramHostOptions
{
    /// <summary>What the process is called in traces. Default: as its last service.</summary>
    public string? Name { get; init; }

    /// <summary>Asks for the end, as a signal does.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>Called when all services run.</summary>
    public Action? Ready { get; init; }

    /// <summary>Called with the error that ended a service, or kept it from starting.</summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>Puts something between the services and their log; used where the host makes the log itself. Default: nothing.</summary>
    public Func<ILoggerFactory, ILoggerFactory> WrapLoggers { get; init; } = loggers => loggers;

    /// <summary>How long a service has made no progress. Default: its <see cref="Service.Overdue"/>.</summary>
    public Func<Service, TimeSpan> Overdue { get; init; } = service => service.Overdue;
}
