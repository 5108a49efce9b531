using System.Globalization;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Kinds;

namespace Hutch.Bench.Detectors;

/// <summary>The synchroniser against a C loop that counts the frames of an image in a slot: no order, no lost frames, no restarts.</summary>
/// <param name="modules">Modules of an image.</param>
/// <param name="bar">The ratio that is to be reached.</param>
public sealed unsafe class SynchroniserBenchmark(int modules, double bar) : Benchmark
{
    private const int Frames = 400_000;
    private const int Queue = 50;
    private const int Room = 64;

    private readonly ImageSynchroniser _synchroniser = new(Enumerable.Range(0, modules), Queue);
    private readonly List<SynchronisedImage> _decided = new(Room);
    private readonly SynchronisedImage[] _out = new SynchronisedImage[Room];
    private readonly ushort[] _order = [.. Enumerable.Range(0, modules).Select(m => (ushort)m)];
    private ulong _nextId = 1;

    public override string Name => $"synchroniser-{modules}";

    public override string Description => $"frames a second, {modules} module{(modules > 1 ? "s" : "")}: our synchroniser / a bare C loop with a slot an image and a bit a module";

    public override double Bar => bar;

    public override IReadOnlyList<string> Packages => BareLoops.Packages;

    public override int Samples => 15;

    public override void Prepare()
    {
        Processors.Pin(1);
        new Random(1).Shuffle(_order);
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var images = Frames / modules;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var ours = Ours(images);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var bare = Bare(images);
        _nextId += (ulong)images;
        var frames = (double)images * modules;
        log.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  ours {ours.TotalNanoseconds / frames:0.0} ns a frame, {allocated} bytes allocated; C {bare.TotalNanoseconds / frames:0.0} ns"));
        return bare / ours;
    }

    protected override void Dispose(bool disposing) => Processors.Unpin();

    private TimeSpan Ours(int images)
    {
        var complete = _synchroniser.Complete;
        FrameMetadata frame = default;
        var started = ThreadTime.Now;
        for (var id = _nextId; id < _nextId + (ulong)images; id++)
        {
            foreach (var module in _order)
            {
                (frame.ImageId, frame.ModuleId) = (id, module);
                _synchroniser.Add(frame, _decided);
                _decided.Clear();
            }
        }
        var elapsed = ThreadTime.Now - started;
        return _synchroniser.Complete - complete == images ? elapsed : throw new InvalidOperationException("not every image was complete");
    }

    private TimeSpan Bare(int images)
    {
        var synchronise = (delegate* unmanaged<ushort*, int, ulong, int, int, SynchronisedImage*, int, long>)BareLoops.Find("synchronise");
        fixed (ushort* order = _order)
        fixed (SynchronisedImage* decided = _out)
        {
            var started = ThreadTime.Now;
            var complete = synchronise(order, modules, _nextId, images, Queue, decided, Room);
            var elapsed = ThreadTime.Now - started;
            return complete == images ? elapsed : throw new InvalidOperationException("not every image was complete");
        }
    }
}
