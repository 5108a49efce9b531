using System.Text.Json;
using Hutch.Native.Processes;
using Hutch.Services.Counting;
using Microsoft.Extensions.Logging;

namespace Hutch.Services.Processes;

/// <summary>
/// A service that is a process of its own: a Hutch program, a <see cref="Service"/> type hosted by this executable, or any
/// other program. It fails when the process ends with an error or by a signal, and is stopped together with all processes
/// that descend from it.
/// </summary>
public sealed partial class ProcessService : AsyncService
{
    /// <summary>Lines and log records of the process that reach the logger in a second; the others are counted.</summary>
    private const int LogRecordsPerSecond = 1000;

    /// <summary>Seldom enough for an idle process to be idle.</summary>
    internal static readonly TimeSpan LongestReportPeriod = TimeSpan.FromSeconds(1);

    private readonly ProcessCommand _command;
    private readonly ControlMessage? _host;
    private readonly FloodGate _flood = new(LogRecordsPerSecond);
    private volatile ProcessInstance? _instance;

    /// <summary>Makes a service of a command line.</summary>
    public ProcessService(string name, ProcessCommand command, ILogger? logger = null)
        : base(name, logger)
    {
        ArgumentNullException.ThrowIfNull(command);
        _command = command;
    }

    private ProcessService(string name, ProcessCommand command, ControlMessage host, ILogger? logger)
        : this(name, command, logger) => _host = host;

    /// <summary>A process of its own.</summary>
    public override ServiceContainer Container
    {
        get => ServiceContainer.Process;
        init
        {
            if (value != ServiceContainer.Process)
                throw new ArgumentException($"service {ServiceName} is a process", nameof(value));
        }
    }

    /// <summary>How long the process may take until it runs. Default 30 s.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The process id, or null when there is no process.</summary>
    public int? ProcessId => _instance is { Child.Exited.IsCompleted: false } instance ? instance.Child.Id : null;

    /// <summary>How the process ended last, or null.</summary>
    public ChildExit? LastExit => _instance is { Child.Exited.IsCompletedSuccessfully: true } instance ? instance.Child.Exited.Result : null;

    /// <summary>The last 200 lines that the process wrote to standard output or error, of its last run.</summary>
    public IReadOnlyList<string> LastOutput => _instance?.LastLines.Get() ?? [];

    /// <summary>Lines and log records of the process that did not reach the logger because there were more than 1000 in a second.</summary>
    public long DroppedLogRecords => _flood.TotalHeld;

    /// <summary>Raised for each line that the process writes, on the thread that reads for all processes.</summary>
    public event EventHandler<string>? LineWritten;

    /// <summary>What the services of the process last said that they have counted.</summary>
    public override IReadOnlyList<ServiceCount> Counts => _instance?.Counts ?? [];

    /// <summary>Whether it reports progress; a foreign program does not.</summary>
    internal bool ReportsProgress => _command.IsHutchProgram;

    /// <summary>How often a Hutch program is to report its heartbeat: what is known of it is never older.</summary>
    internal TimeSpan ReportPeriod { get; set; } = LongestReportPeriod;

    private protected override bool EndsOnError => true;

    /// <summary>Makes a service that hosts a type in a process of this executable.</summary>
    /// <typeparam name="T">
    /// The type, with a public constructor that takes the name (string), a logger, and the configuration as an object or in
    /// single parameters, each if it wants to. Public properties are set from the configuration too.
    /// </typeparam>
    /// <param name="name">The name of the service.</param>
    /// <param name="configuration">Anything that System.Text.Json can write; it does not show in lists of processes.</param>
    /// <param name="logger">Where the service, and the process, log.</param>
    public static ProcessService Hosting<T>(string name, object? configuration = null, ILogger? logger = null)
        where T : Service =>
        Hosting(name, typeof(T).AssemblyQualifiedName!, null, configuration is null ? null : JsonSerializer.SerializeToElement(configuration), logger);

    /// <summary>Makes a service that hosts a type, given by name, in a process of this executable.</summary>
    /// <param name="name">The name of the service.</param>
    /// <param name="type">The type's name, with its assembly's if that is not <paramref name="assembly"/>.</param>
    /// <param name="assembly">An assembly file, or null for one of this executable's.</param>
    /// <param name="configuration">A JSON object, or null.</param>
    /// <param name="logger">Where the service, and the process, log.</param>
    /// <param name="environment">Variables added to the environment of this process.</param>
    public static ProcessService Hosting(
        string name, string type, string? assembly, JsonElement? configuration, ILogger? logger = null, IReadOnlyDictionary<string, string>? environment = null) =>
        new(name, ChildMain.Command(environment), new ControlMessage
        {
            Verb = ControlVerb.Host,
            Name = name,
            Type = type,
            Assembly = assembly is null ? null : Path.GetFullPath(assembly),
            Configuration = configuration,
        }, logger);
}
