using Hutch.Services;

namespace Hutch.Beamline.Control;

/// <summary>Which services are meant: those that all of it is true of. Empty, it means all.</summary>
public sealed record ServiceSelector
{
    /// <summary>One of these names.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>All of these tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>None of these tags.</summary>
    public IReadOnlyList<string> ExcludeTags { get; init; } = [];

    /// <summary>At work (true), not at work (false), either (null).</summary>
    public bool? Alive { get; init; }

    /// <summary>Only those on which no service depends.</summary>
    public bool NoDependants { get; init; }

    /// <summary>Only those on which no service at work depends.</summary>
    public bool NoAliveDependants { get; init; }

    /// <summary>On this node.</summary>
    public string? Node { get; init; }

    /// <summary>In this cluster.</summary>
    public string? Cluster { get; init; }

    /// <summary>In this state.</summary>
    public ServiceState? State { get; init; }

    /// <summary>In this container.</summary>
    public ServiceContainer? Container { get; init; }

    /// <summary>With this stop priority.</summary>
    public int? StopPriority { get; init; }

    /// <summary>Whether nothing is chosen.</summary>
    public bool IsEmpty => this with { Names = [], Tags = [], ExcludeTags = [] } == new ServiceSelector { Names = [], Tags = [], ExcludeTags = [] }
        && Names.Count + Tags.Count + ExcludeTags.Count == 0;

    /// <summary>Those of the services that are meant.</summary>
    /// <exception cref="UserErrorException">One of the names is not that of a service.</exception>
    public ServiceList Choose(ServiceList services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var chosen = Names.Count == 0 ? services : new ServiceList(Names.Select(services.Get));
        chosen = chosen.FindByTags(Tags).ExcludeTags(ExcludeTags);
        chosen = Alive switch { true => chosen.Alive(), false => chosen.NotAlive(), null => chosen };
        if (Node is not null)
            chosen = chosen.FindByNode(Node);
        if (Cluster is not null)
            chosen = chosen.FindByCluster(Cluster);
        if (State is { } state)
            chosen = chosen.FindByState(state);
        if (Container is { } container)
            chosen = chosen.FindByContainer(container);
        if (StopPriority is { } priority)
            chosen = chosen.FindByStopPriority(priority);
        if (NoDependants)
            chosen = chosen.FindNoDependants();
        return NoAliveDependants ? chosen.FindNoAliveDependants() : chosen;
    }
}
