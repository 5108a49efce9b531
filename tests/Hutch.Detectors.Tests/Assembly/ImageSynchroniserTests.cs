using FsCheck;
using FsCheck.Fluent;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Kinds;

namespace Hutch.Detectors.Tests.Assembly;

public class ImageSynchroniserTests
{
    private readonly List<SynchronisedImage> _results = [];

    [Fact]
    public void An_image_is_passed_on_when_all_modules_are_there()
    {
        var synchroniser = new ImageSynchroniser([0, 1, 2], queueSize: 10);
        Add(synchroniser, (0, 5), (1, 5));
        Assert.Empty(_results);
        Add(synchroniser, (2, 5));

        Assert.Equal([(5UL, true)], Decisions());
    }

    [Fact]
    public void Images_come_in_the_order_of_their_ids_even_if_a_later_one_is_complete_first()
    {
        var synchroniser = new ImageSynchroniser([0, 1, 2], queueSize: 10);
        Add(synchroniser, (0, 1), (1, 1), (0, 2), (1, 2), (2, 1), (2, 2));

        Assert.Equal([(1UL, true), (2UL, true)], Decisions());
    }

    [Fact]
    public void An_image_is_given_up_as_soon_as_the_missing_module_has_sent_a_later_one()
    {
        var synchroniser = new ImageSynchroniser([0, 1], queueSize: 10);
        Add(synchroniser, (0, 1), (0, 2), (1, 2));

        Assert.Equal([(1UL, false), (2UL, true)], Decisions());
    }

    [Fact]
    public void With_more_images_waiting_than_the_queue_holds_the_oldest_is_given_up()
    {
        var synchroniser = new ImageSynchroniser([0, 1], queueSize: 3);
        Add(synchroniser, (0, 1), (0, 2), (0, 3));
        Assert.Empty(_results);
        Add(synchroniser, (0, 4));

        Assert.Equal([(1UL, false)], Decisions());
        Assert.Equal((3, 1L), (synchroniser.Pending, synchroniser.Incomplete));
    }

    [Fact]
    public void A_detector_that_starts_again_is_followed_and_nothing_is_lost()
    {
        var synchroniser = new ImageSynchroniser([0, 1], queueSize: 10);
        Add(synchroniser, (0, 7), (1, 7), (0, 8), (0, 1), (1, 8), (1, 1), (0, 2), (1, 2));

        Assert.Equal([(7UL, true), (8UL, true), (1UL, true), (2UL, true)], Decisions());
    }

    [Fact]
    public void A_module_whose_ids_went_back_alone_meets_the_others_again()
    {
        var synchroniser = new ImageSynchroniser([0, 1], queueSize: 4);
        Add(synchroniser, (0, 7), (1, 7), (1, 3));
        for (var id = 8UL; id < 30; id++)
            Add(synchroniser, (0, id), (1, id));

        Assert.Equal((29UL, true), Decisions()[^1]);
        Assert.True(synchroniser.Complete >= 16, $"only {synchroniser.Complete} of 22 images were complete");
    }

    [Fact]
    public void Missing_packets_of_all_modules_are_added_up()
    {
        var synchroniser = new ImageSynchroniser([0, 1], queueSize: 4);
        synchroniser.Add(new FrameMetadata { ImageId = 1, ModuleId = 0, MissingPackets = 3 }, _results);
        synchroniser.Add(new FrameMetadata { ImageId = 1, ModuleId = 1, MissingPackets = 4 }, _results);

        Assert.Equal(7UL, _results.Single().MissingPackets);
    }

    [Fact]
    public void Frames_of_modules_that_send_in_order_are_decided_once_each_and_in_order()
    {
        var runs =
            from modules in Gen.Choose(1, 5)
            from images in Gen.Choose(1, 40)
            from seed in Gen.Choose(0, int.MaxValue)
            from loss in Gen.Choose(0, 30)
            select (modules, images, seed, loss / 100.0);

        Prop.ForAll(runs.ToArbitrary(), run =>
        {
            var (modules, images, seed, loss) = run;
            var random = new Random(seed);
            var synchroniser = new ImageSynchroniser(Enumerable.Range(0, modules), queueSize: 1000);
            var results = new List<SynchronisedImage>();
            var sent = Enumerable.Range(0, modules)
                .Select(_ => new Queue<ulong>(Enumerable.Range(1, images).Where(_ => random.NextDouble() >= loss).Select(i => (ulong)i))).ToList();
            var complete = Enumerable.Range(1, images).Count(i => sent.TrueForAll(s => s.Contains((ulong)i)));
            var known = Enumerable.Range(1, images).Count(i => sent.Exists(s => s.Contains((ulong)i)));
            while (sent.Exists(s => s.Count > 0))
            {
                var module = random.Next(modules);
                if (sent[module].TryDequeue(out var id))
                    synchroniser.Add(new FrameMetadata { ImageId = id, ModuleId = (ushort)module }, results);
            }
            synchroniser.Flush(results);

            Assert.Equal(complete, results.Count(r => r.IsComplete));
            Assert.Equal(known, results.Count);
            Assert.Equal(results.Select(r => r.FirstFrame.ImageId).Order(), results.Select(r => r.FirstFrame.ImageId));
            Assert.Equal((results.Count, 0), ((int)(synchroniser.Complete + synchroniser.Incomplete), synchroniser.Pending));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void Whatever_modules_send_the_decisions_are_those_of_a_plain_list_of_images()
    {
        var runs =
            from modules in Gen.SubListOf(new[] { 0, 1, 2, 4, 7 }).Where(m => m.Count > 0)
            from queue in Gen.Choose(1, 8)
            from seed in Gen.Choose(0, int.MaxValue)
            select (modules, queue, seed);

        Prop.ForAll(runs.ToArbitrary(), run =>
        {
            var random = new Random(run.seed);
            var (synchroniser, plain) = (new ImageSynchroniser(run.modules, run.queue), new PlainSynchroniser(run.modules, run.queue));
            var sent = new ulong[9];
            for (var step = 0; step < 200; step++)
            {
                var module = random.Next(10) > 0 ? run.modules[random.Next(run.modules.Count)] : random.Next(9);
                // Mostly the next one; sometimes some are lost, the module starts again, or it repeats itself.
                sent[module] = random.Next(40) switch
                {
                    0 => (ulong)random.Next(3),
                    1 => sent[module],
                    < 6 => sent[module] + 1 + (ulong)random.Next(4),
                    _ => sent[module] + 1,
                };
                var frame = new FrameMetadata { ImageId = sent[module], ModuleId = (ushort)module, MissingPackets = (ulong)random.Next(2) };
                List<SynchronisedImage> found = [], expected = [];
                synchroniser.Add(frame, found);
                plain.Add(frame, expected);
                if (random.Next(100) == 0)
                {
                    synchroniser.Flush(found);
                    plain.Flush(expected);
                }

                Assert.Equal(expected.Select(Told), found.Select(Told));
                Assert.Equal((plain.Waiting, plain.Unexpected), (synchroniser.Pending, synchroniser.Unexpected));
            }
            Assert.Equal((plain.Complete, plain.Incomplete), (synchroniser.Complete, synchroniser.Incomplete));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

        static (ulong, ushort, ulong, int) Told(SynchronisedImage image) => (image.FirstFrame.ImageId, image.FirstFrame.ModuleId, image.MissingPackets, image.MissingFrames);
    }

    private void Add(ImageSynchroniser synchroniser, params (int Module, ulong Id)[] frames)
    {
        foreach (var (module, id) in frames)
            synchroniser.Add(new FrameMetadata { ImageId = id, ModuleId = (ushort)module }, _results);
    }

    private List<(ulong Id, bool IsComplete)> Decisions() => [.. _results.Select(r => (r.FirstFrame.ImageId, r.IsComplete))];

    /// <summary>The rules of the synchroniser written down without a thought for speed: everything is looked up each time.</summary>
    private sealed class PlainSynchroniser(IList<int> modules, int queueSize)
    {
        private readonly Dictionary<int, (long Epoch, ulong? Id)> _last = modules.ToDictionary(m => m, _ => (0L, (ulong?)null));
        private readonly SortedDictionary<(long Epoch, ulong Id), (FrameMetadata First, int Frames, ulong MissingPackets)> _waiting = [];
        private (long, ulong) _decided = (-1, 0);

        public int Waiting => _waiting.Count;

        public long Complete { get; private set; }

        public long Incomplete { get; private set; }

        public long Unexpected { get; private set; }

        public void Add(FrameMetadata frame, List<SynchronisedImage> results)
        {
            if (!_last.TryGetValue(frame.ModuleId, out var last) || last.Id == frame.ImageId)
            {
                Unexpected++;
                return;
            }
            var image = (Epoch: frame.ImageId < last.Id ? last.Epoch + 1 : last.Epoch, Id: frame.ImageId);
            _last[frame.ModuleId] = image;
            if (image.CompareTo(_decided) <= 0)
            {
                Report(results, frame, 1, frame.MissingPackets);
                return;
            }
            var (first, frames, missing) = _waiting.GetValueOrDefault(image, (frame, 0, 0UL));
            _waiting[image] = (first, frames + 1, missing + frame.MissingPackets);
            while (_waiting.Count > 0 && (_waiting.First().Value.Frames == modules.Count || _last.Values.All(IsAmongThoseThatWait)))
                TakeFirst(results);
            if (_waiting.Count <= queueSize)
                return;
            TakeFirst(results);
            var newest = _last.Values.Max(l => l.Epoch);
            foreach (var module in modules.Where(m => _last[m].Epoch != newest))
                _last[module] = (newest, null);
        }

        public void Flush(List<SynchronisedImage> results)
        {
            while (_waiting.Count > 0)
                TakeFirst(results);
            foreach (var module in modules)
                _last[module] = (0, null);
            _decided = (-1, 0);
        }

        private bool IsAmongThoseThatWait((long Epoch, ulong? Id) last) => last.Id is { } id && _waiting.ContainsKey((last.Epoch, id));

        private void TakeFirst(List<SynchronisedImage> results)
        {
            var (image, (first, frames, missing)) = _waiting.First();
            _waiting.Remove(image);
            _decided = image;
            Report(results, first, frames, missing);
        }

        private void Report(List<SynchronisedImage> results, FrameMetadata first, int frames, ulong missingPackets)
        {
            if (frames == modules.Count)
                Complete++;
            else
                Incomplete++;
            results.Add(new SynchronisedImage(first, missingPackets, modules.Count - frames));
        }
    }
}
