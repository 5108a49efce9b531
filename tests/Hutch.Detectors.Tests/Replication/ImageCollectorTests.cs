using FsCheck;
using FsCheck.Fluent;
using Hutch.Detectors.Replication;

namespace Hutch.Detectors.Tests.Replication;

/// <summary>What the synchroniser of a replicated stream announces, whatever the pairs lose and however far they are apart.</summary>
public class ImageCollectorTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    private readonly List<CollectedImage> _decided = [];

    [Fact]
    public void Split_images_are_announced_once_in_order_and_exactly_those_that_are_whole() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new System.Random(seed);
            var pairs = random.Next(1, 6);
            var collector = new SplitImageCollector(pairs, 50, Timeout);
            var lost = Losses(random, pairs, out var streams, whole: false);
            Interleave(random, streams, (_, id) => collector.Add(id, default, 0, _decided));
            collector.Tick(10_000, _decided);

            var whole = Enumerable.Range(1, 40).Select(i => (ulong)i).Where(id => !lost.Contains(id)).ToList();
            Assert.Equal(whole, _decided.Where(d => d.IsComplete).Select(d => d.Id));
            Assert.Equal((whole.Count, 0, 0), (collector.Complete, collector.Late, collector.Pending));
            _decided.Clear();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whole_images_are_announced_once_in_order_and_all_that_came() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new System.Random(seed);
            var pairs = random.Next(1, 6);
            var collector = new WholeImageCollector(pairs, 50, Timeout);
            var lost = Losses(random, pairs, out var streams, whole: true);
            Interleave(random, streams, (_, id) => collector.Add(id, default, 0, _decided));
            collector.Tick(10_000, _decided);

            Assert.Equal(Enumerable.Range(1, 40).Select(i => (ulong)i).Where(id => !lost.Contains(id)), _decided.Select(d => d.Id));
            Assert.Equal((0, 0), (collector.Late, collector.Pending));
            _decided.Clear();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_part_of_an_image_that_was_given_up_is_late_and_not_a_second_loss()
    {
        var collector = new SplitImageCollector(2, 50, Timeout);
        collector.Add(1, default, 0, _decided);
        collector.Tick(1000, _decided);
        collector.Add(1, default, 1100, _decided);
        collector.Tick(2100, _decided);

        Assert.Equal((1, 1, 0), (collector.Incomplete, collector.Late, collector.Pending));
    }

    [Fact]
    public void The_oldest_image_is_given_up_when_too_many_wait()
    {
        var collector = new SplitImageCollector(2, 3, Timeout);
        for (var id = 1ul; id <= 4; id++)
            collector.Add(id, default, 0, _decided);

        Assert.Equal([1ul], _decided.Select(d => d.Id));
        Assert.False(_decided[0].IsComplete);
    }

    [Fact]
    public void A_detector_that_starts_again_from_0_is_announced_at_once()
    {
        var split = new SplitImageCollector(1, 50, Timeout);
        var whole = new WholeImageCollector(1, 50, Timeout);
        foreach (var id in new ulong[] { 500, 501, 0, 1 })
        {
            split.Add(id, default, 0, _decided);
            whole.Add(id, default, 0, _decided);
        }

        Assert.Equal([500ul, 500, 501, 501, 0, 0, 1, 1], _decided.Select(d => d.Id));
        Assert.All(_decided, d => Assert.True(d.IsComplete));
    }

    [Fact]
    public void A_pair_from_which_nothing_comes_is_waited_for_once()
    {
        // Every other id only: pair 1 of 2 has nothing to carry.
        var collector = new WholeImageCollector(2, 50, Timeout);
        collector.Add(2, default, 0, _decided);
        collector.Add(4, default, 100, _decided);
        Assert.Empty(_decided);
        collector.Tick(1000, _decided);
        collector.Add(6, default, 1001, _decided);

        Assert.Equal([2ul, 4, 6], _decided.Select(d => d.Id));
    }

    // The ids that each pair brings, in order; gives those of which something is lost.
    private static HashSet<ulong> Losses(System.Random random, int pairs, out List<Queue<ulong>> streams, bool whole)
    {
        var lost = new HashSet<ulong>();
        streams = [.. Enumerable.Range(0, pairs).Select(_ => new Queue<ulong>())];
        for (var id = 1ul; id <= 40; id++)
        {
            for (var pair = 0; pair < pairs; pair++)
            {
                if (whole && id % (ulong)pairs != (ulong)pair)
                    continue;
                if (random.Next(20) == 0)
                    lost.Add(id);
                else
                    streams[pair].Enqueue(id);
            }
        }
        return lost;
    }

    private static void Interleave(System.Random random, List<Queue<ulong>> streams, Action<int, ulong> take)
    {
        while (streams.Any(s => s.Count > 0))
        {
            var pair = random.Next(streams.Count);
            for (var burst = random.Next(8); burst > 0 && streams[pair].TryDequeue(out var id); burst--)
                take(pair, id);
        }
    }
}
