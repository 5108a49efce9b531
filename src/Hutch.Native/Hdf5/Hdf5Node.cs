namespace Hutch.Native.Hdf5;

/// <summary>An object of a file, as it is described and not what it holds.</summary>
/// <param name="Name">Its name; that of the root is empty.</param>
/// <param name="Kind">What it is.</param>
public sealed record Hdf5Node(string Name, Hdf5NodeKind Kind)
{
    /// <summary>Its attributes.</summary>
    public IReadOnlyList<Hdf5AttributeFacts> Attributes { get; init; } = [];

    /// <summary>Of a group: the names in it.</summary>
    public IReadOnlyList<string> Children { get; init; } = [];

    /// <summary>Of a dataset: its dimensions; none for a single element, null where there is no element.</summary>
    public IReadOnlyList<long>? Shape { get; init; }

    /// <summary>Of a dataset: the type of its elements.</summary>
    public Hdf5TypeFacts? Type { get; init; }

    /// <summary>Of a dataset in chunks: the shape of a chunk; otherwise null.</summary>
    public IReadOnlyList<long>? Chunks { get; init; }

    /// <summary>Of a dataset: the filters its chunks go through, by number and name.</summary>
    public IReadOnlyList<(int Id, string Name)> Filters { get; init; } = [];
}

/// <summary>What an object of a file is.</summary>
public enum Hdf5NodeKind
{
    /// <summary>A link that leads nowhere, or something that is not known.</summary>
    Unresolved,

    /// <summary>A group.</summary>
    Group,

    /// <summary>A dataset.</summary>
    Dataset,

    /// <summary>A type that has a name.</summary>
    Datatype,
}

/// <summary>An attribute.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dimensions; none for a single element, null where there is no element.</param>
/// <param name="Type">The type of its elements.</param>
public sealed record Hdf5AttributeFacts(string Name, IReadOnlyList<long>? Shape, Hdf5TypeFacts Type);
