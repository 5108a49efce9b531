namespace Hutch.Bus.Workers;

/// <summary>What the members of a <see cref="ServiceManager"/> are.</summary>
public enum WorkerKind
{
    /// <summary>A process each: they cannot harm each other, and use all processors.</summary>
    Process,

    /// <summary>Threads of this process, each with its own connection.</summary>
    Thread,
}
