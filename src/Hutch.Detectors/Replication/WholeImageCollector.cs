namespace Hutch.Detectors.Replication;

/// <summary>
/// Puts whole images that come over several pairs in turn back into their order. Pair <c>id % pairs</c> carries image <c>id</c>, and
/// each pair's images come in order: an image is due when it is the next one, or when every pair has come as far. A pair from which
/// nothing comes (a detector may number every other pulse only) is waited for once, and then not until it sends again.
/// </summary>
internal sealed class WholeImageCollector : ImageCollector
{
    private readonly Pair[] _pairs;
    private readonly TimeSpan _timeout;
    private (long Epoch, ulong Id)? _last;

    internal WholeImageCollector(int pairs, int queueSize, TimeSpan timeout)
        : base(queueSize)
    {
        _pairs = [.. Enumerable.Range(0, pairs).Select(_ => new Pair())];
        _timeout = timeout;
    }

    internal override void Add(ulong id, ReadOnlySpan<byte> metadata, long now, List<CollectedImage> decided)
    {
        var pair = _pairs[id % (ulong)_pairs.Length];
        if (pair.HasSent && id <= pair.Last)
            pair.Epoch++;   // the detector has started again
        (pair.HasSent, pair.IsSilent, pair.Last) = (true, false, id);
        if (_last is { } last && (pair.Epoch, id).CompareTo(last) <= 0)
        {
            Late++;
            return;
        }
        var image = New(id, metadata, now);
        image.Epoch = pair.Epoch;
        var at = Waiting.Count;
        while (at > 0 && (Waiting[at - 1].Epoch, Waiting[at - 1].Id).CompareTo((image.Epoch, id)) > 0)
            at--;
        Waiting.Insert(at, image);
        Release(decided);
    }

    internal override void Tick(long now, List<CollectedImage> decided)
    {
        while (Waiting.Count > 0 && now - Waiting[0].ArrivedAt >= _timeout.TotalMilliseconds)
        {
            foreach (var pair in _pairs.Where(p => !HasReached(p, Waiting[0])))
                pair.IsSilent = true;
            Release(decided);
        }
    }

    private void Release(List<CollectedImage> decided)
    {
        while (Waiting.Count > 0 && (IsNext(Waiting[0]) || IsDue(Waiting[0]) || Waiting.Count > QueueSize))
        {
            _last = (Waiting[0].Epoch, Waiting[0].Id);
            Decide(0, isComplete: true, decided);
        }
    }

    private bool IsNext(CollectedImage image) => _last is { } last && last.Epoch == image.Epoch && image.Id == last.Id + 1;

    private bool IsDue(CollectedImage image)
    {
        foreach (var pair in _pairs)
        {
            if (!pair.IsSilent && !HasReached(pair, image))
                return false;
        }
        return true;
    }

    private static bool HasReached(Pair pair, CollectedImage image) =>
        pair.HasSent && (pair.Epoch, pair.Last).CompareTo((image.Epoch, image.Id)) >= 0;

    private sealed class Pair
    {
        internal bool HasSent;
        internal bool IsSilent;
        internal ulong Last;
        internal long Epoch;
    }
}
