namespace Hutch.Fleet.Containers.Engines;

/// <summary>The options of a container manager of type podman or docker.</summary>
internal sealed record EngineOptions
{
    /// <summary>Where the engine is: unix:///PATH, or tcp://HOST:PORT without TLS. With {address} in it there is one on every node, else one only.</summary>
    public string? ServerUrl { get; init; }

    /// <summary>The network of the containers, such as host; null for the engine's usual.</summary>
    public string? Network { get; init; }

    /// <summary>Limits of the containers by the names of <c>ulimit</c>, SOFT:HARD or one number for both.</summary>
    public IReadOnlyDictionary<string, string> Ulimits { get; init; } = new Dictionary<string, string>();

    /// <summary>Folders of the node that the containers see: SOURCE:TARGET[:ro].</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>How long a container has to end by itself when it is stopped, in seconds. Default 5.</summary>
    public uint StopTimeoutS { get; init; } = 5;

    /// <summary>How long the engine has for an answer, in seconds. Default 30.</summary>
    public double TimeoutS { get; init; } = 30;
}
