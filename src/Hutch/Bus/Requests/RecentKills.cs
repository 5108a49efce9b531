namespace Hutch.Bus.Requests;

/// <summary>
/// Kills of requests that are not here yet: requests and kills come through different queues, so a kill may overtake its
/// request. Kept for 10 s, the latest 100 of them. Not safe for use by several threads at once.
/// </summary>
internal sealed class RecentKills
{
    private const int Capacity = 100;
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(10);

    private readonly Queue<(string Id, long At)> _kills = new();

    public void Add(string requestId)
    {
        if (requestId.Length == 0)
            return;
        if (_kills.Count == Capacity)
            _kills.Dequeue();
        _kills.Enqueue((requestId, Environment.TickCount64));
    }

    public bool Contains(string requestId)
    {
        while (_kills.TryPeek(out var oldest) && Environment.TickCount64 - oldest.At > Life.TotalMilliseconds)
            _kills.Dequeue();
        return _kills.Any(k => k.Id == requestId);
    }
}
