namespace Hutch.Reduction.Sources;

/// <summary>
/// Finds the boundaries of runs in a sequence of images: a new run begins where the source names another run, where the ids go back, or
/// where the shape or the type of the images changes. Runs without a name are numbered.
/// </summary>
public sealed class RunTracker
{
    private string? _name;
    private string? _form;
    private ulong _lastId;
    private int _count;

    /// <summary>The present run; null before the first image.</summary>
    public string? Current { get; private set; }

    /// <summary>How many ids were missing before the current image, in the same run.</summary>
    public ulong Gap { get; private set; }

    /// <summary>Takes note of an image.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="form">Its type and shape.</param>
    /// <param name="name">The run's name, if the source says it.</param>
    /// <returns>The run that has ended with this, or null.</returns>
    public string? Next(ulong id, string form, string? name)
    {
        var begins = Current is null || name != _name || form != _form || id <= _lastId;
        Gap = begins ? 0 : id - _lastId - 1;
        var ended = begins ? Current : null;
        if (begins)
            Current = name ?? $"run-{++_count}";
        (_lastId, _form, _name) = (id, form, name);
        return ended;
    }

    /// <summary>Forgets the present run.</summary>
    /// <returns>The run that has ended, or null.</returns>
    public string? End()
    {
        var ended = Current;
        Current = null;
        return ended;
    }
}
