using Hutch.Services;

namespace UnitWorker;

/// <summary>A service class.</summary>
public sealed class Ticker : Service
{
    private readonly string _folder;

    /// <summary>Makes it.</summary>
    public Ticker(string name, string folder, int count = 0)
        : base(name)
    {
        _folder = folder;
        _ = count;
        Interval = TimeSpan.FromSeconds(0.1);
        OnError = ErrorAction.Fail;
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        Tick.Once(_folder);
        return null;
    }
}
