using Hutch.Services;

namespace Hutch.Examples;

/// <summary>Writes a line with the time in each iteration, and ends after the last.</summary>
public sealed class LineWriter : Service
{
    private readonly string _file;
    private int _left;

    /// <summary>Makes the service.</summary>
    public LineWriter(string name, string file, int lines)
        : base(name)
    {
        _file = file;
        _left = lines;
        Interval = TimeSpan.FromSeconds(1);
        OnError = ErrorAction.Fail;
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        File.AppendAllText(_file, $"{DateTimeOffset.Now:yyyy-MM-dd HH:mm:ss.fff} a line of RunnableExample\n");
        if (--_left <= 0)
            Stop();
        return null;
    }
}
