namespace Hutch.Services.Processes;

/// <summary>The last lines of something that may write without end.</summary>
internal sealed class LastLines(int capacity)
{
    private readonly Queue<string> _lines = new();

    public void Add(string line)
    {
        lock (_lines)
        {
            if (_lines.Count == capacity)
                _lines.Dequeue();
            _lines.Enqueue(line);
        }
    }

    public IReadOnlyList<string> Get()
    {
        lock (_lines)
            return [.. _lines];
    }
}
