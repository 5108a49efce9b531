using Microsoft.Extensions.Logging;

namespace Hutch.Beamline.Placement;

/// <summary>
/// The latest events of a run, numbered, for a reader that was away. It is bounded: it reports how many events a reader has missed.
/// </summary>
/// <param name="most">How many events it holds.</param>
/// <param name="mostCharacters">How long their texts may be together.</param>
internal sealed class EventJournal(int most = 10_000, long mostCharacters = 4_000_000)
{
    private readonly Queue<NodeEvent> _events = new();
    private long _last;
    private long _characters;

    public void Add(string service, DateTimeOffset at, LogLevel level, string text)
    {
        lock (_events)
        {
            _events.Enqueue(new NodeEvent(++_last, service, at, level, text));
            _characters += text.Length;
            while (_events.Count > most || (_characters > mostCharacters && _events.Count > 1))
                _characters -= _events.Dequeue().Text.Length;
        }
    }

    /// <summary>The events after a number, in order, and how many between are lost.</summary>
    public (IReadOnlyList<NodeEvent> Events, long Lost) After(long number, int atMost)
    {
        lock (_events)
        {
            var first = _events.TryPeek(out var oldest) ? oldest.Number : _last + 1;
            return ([.. _events.Skip((int)Math.Max(0, number + 1 - first)).Take(atMost)], Math.Max(0, first - number - 1));
        }
    }
}
