namespace Hutch.Detectors.Replication;

/// <summary>
/// Collects images whose parts come over several pairs. The reports do not say which part they are about, so they are counted; but
/// each pair's parts come in the order of the images, so the images become complete in order, and one that is behind a complete one
/// has lost a part.
/// </summary>
internal sealed class SplitImageCollector(int parts, int queueSize, TimeSpan timeout) : ImageCollector(queueSize)
{
    private const int Remembered = 64;

    private readonly Queue<ulong> _decided = new(Remembered);

    internal override void Add(ulong id, ReadOnlySpan<byte> metadata, long now, List<CollectedImage> decided)
    {
        var at = IndexOf(id);
        if (at < 0)
        {
            at = Waiting.Count;
            Waiting.Add(New(id, metadata, now));
        }
        if (++Waiting[at].Parts == parts)
        {
            GiveUpBefore(at, id, decided);
            Remember(id);
            Decide(IndexOf(id), isComplete: true, decided);
        }
        else if (Waiting.Count > QueueSize)
        {
            GiveUp(0, decided);
        }
    }

    internal override void Tick(long now, List<CollectedImage> decided)
    {
        // Each report of an image is followed by the others within the time that the pairs are apart.
        while (Waiting.Count > 0 && now - Waiting[0].ArrivedAt >= timeout.TotalMilliseconds)
            GiveUp(0, decided);
    }

    // The latest is asked for most.
    private int IndexOf(ulong id)
    {
        var at = Waiting.Count - 1;
        while (at >= 0 && Waiting[at].Id != id)
            at--;
        return at;
    }

    // What came before the complete image, or belongs before it, cannot become complete any more.
    private void GiveUpBefore(int at, ulong id, List<CollectedImage> decided)
    {
        for (var i = 0; i < Waiting.Count;)
        {
            if (i < at)
            {
                GiveUp(i, decided);
                at--;
            }
            else if (i > at && Waiting[i].Id < id)
            {
                GiveUp(i, decided);
            }
            else
            {
                i++;
            }
        }
    }

    private void GiveUp(int index, List<CollectedImage> decided)
    {
        var id = Waiting[index].Id;
        if (_decided.Contains(id))
        {
            // The rest of an image that was decided about already.
            Late += Waiting[index].Parts;
            Recycle(Waiting[index]);
            Waiting.RemoveAt(index);
            return;
        }
        Remember(id);
        Decide(index, isComplete: false, decided);
    }

    private void Remember(ulong id)
    {
        if (_decided.Count == Remembered)
            _decided.Dequeue();
        _decided.Enqueue(id);
    }
}
