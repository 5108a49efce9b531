using System.Collections.Frozen;
using Hutch.Native.Processes;
using Hutch.Services.Counting;
using Hutch.Services.Logging;
using Hutch.Services.Scopes;
using Microsoft.Extensions.Logging;

namespace Hutch.Services;

/// <summary>
/// A named, tagged unit of repeating work with one life cycle. The body, <see cref="Iterate"/>, runs again and again
/// in its container until the service is stopped, ends itself or fails, or until the scope it belongs to ends.
/// </summary>
public abstract partial class Service : IDisposable
{
    private readonly Lock _gate = new();
    private FrozenSet<string> _tags;
    private int _stopPriority = 50;
    private Scope _scope = Session.Current;
    private ServiceIdentity? _identity;
    private bool _disposed;

    /// <summary>Makes a service; it does not run, and is not registered, before <see cref="Start"/>.</summary>
    /// <param name="name">A name that no other service at work in the same scope has; a second one is refused when it is started.</param>
    /// <param name="logger">Where the service logs; null: nowhere.</param>
    protected Service(string name, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ServiceName = name;
        Logger = GuardedLogger.Around(logger);
        _tags = ServiceTypeTags.Of(GetType());
    }

    /// <summary>The name by which the service is found and logged.</summary>
    public string ServiceName { get; }

    /// <summary>The tags of the class (<see cref="TagsAttribute"/>) and of the instance. Setting them adds to those of the class.</summary>
    public IReadOnlySet<string> Tags
    {
        get => _tags;
        init => _tags = _tags.Concat(value).ToFrozenSet();
    }

    /// <summary>When the service is stopped among others that may go: 0 to 100, low first. Default 50.</summary>
    public int StopPriority
    {
        get => _stopPriority;
        init => _stopPriority = value is >= 0 and <= 100 ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"service {ServiceName}: a stop priority is 0 to 100");
    }

    /// <summary>What the service is attached to and ends with. Default: the session in which it is made (<see cref="Session.Current"/>).</summary>
    public Scope Scope
    {
        get => _scope;
        init => _scope = value;
    }

    /// <summary>What the body runs in. Default: a dedicated thread.</summary>
    public virtual ServiceContainer Container { get; init; } = ServiceContainer.Thread;

    /// <summary>The pause between two iterations whose body does not say otherwise. Default: none.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.Zero;

    /// <summary>What an exception in the body does. Default: <see cref="ErrorAction.Continue"/>.</summary>
    public ErrorAction OnError { get; init; } = ErrorAction.Continue;

    /// <summary>How long the service may take to end before an orderly stop kills it. Default 10 s.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a killed thread may take to notice before it is given up as abandoned. Default 2 s.</summary>
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Where its thread runs; null (the default): chosen by the system. Applies to services with a thread of their own.</summary>
    public ThreadPlacement? Placement { get; set; }

    /// <summary>The service's own logger. It never throws; what the logger behind it did not take is counted in <see cref="LostLogRecords"/>.</summary>
    protected ILogger Logger { get; }

    /// <summary>Records of the service that its logger did not take because it threw.</summary>
    public long LostLogRecords => (Logger as GuardedLogger)?.Lost ?? 0;

    /// <summary>What it, and its parts, have counted.</summary>
    public virtual IReadOnlyList<ServiceCount> Counts => ServiceCounts.Read(s => s == this || s.PartOf == this);

    /// <summary>Service, node and cluster, as a logging scope.</summary>
    internal ServiceIdentity Identity => _identity ??= new ServiceIdentity(this);

    /// <summary>Where the supervisor and the containers log on the service's behalf.</summary>
    internal ILogger OwnLogger => Logger;

    /// <summary>The service whose part it is, and within which its name is unique; null for most.</summary>
    internal Service? PartOf { get; set; }

    /// <summary>Its place in the registry, or -1; owned by the registry.</summary>
    internal int RegistryIndex { get; set; } = -1;

    /// <summary>Its name, state and container.</summary>
    public override string ToString() => $"{ServiceName} ({State}, {Container})";

    /// <summary>Sets what a file, not a program, says about the service; before its first start.</summary>
    internal void Configure(Scope scope, IEnumerable<string> tags, int stopPriority, TimeSpan stopTimeout)
    {
        _tags = _tags.Concat(tags).ToFrozenSet();
        _stopPriority = stopPriority;
        StopTimeout = stopTimeout;
        AttachTo(scope);
    }

    internal void AttachTo(Scope scope)
    {
        _scope = scope;
        _identity = null;
    }
}
