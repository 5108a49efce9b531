using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hutch.Detectors.Kinds;

namespace Hutch.Detectors.Assembly;

/// <summary>
/// Finds the frames that make up an image. An image is passed on when the frames of all modules are there, in the order of
/// the ids; one that cannot become complete any more is given up.
/// </summary>
/// <remarks>
/// Each module's frames come in the order of their ids, so an image is lost as soon as every module that misses in it has
/// sent a later one. A module whose ids go back has been started again: its ids belong to a later epoch, and images are ordered by
/// epoch first.
/// <para>
/// What a frame costs does not depend on the number of modules. The images that wait are a linked list in an array of slots, and each
/// module knows the image of its last frame, so that of the next one is found a step further (ids need not be consecutive, so they
/// cannot be the place). Whether the first image is past is a count: of the modules whose last frame lies before all images that wait.
/// </para>
/// </remarks>
public sealed class ImageSynchroniser
{
    private const int None = 0;                   // a place that belongs to no image, so that nobody need ask before looking there
    // Serial numbers that no image has: images have 1, 2, ..., and a place without one 0.
    private const long NoModule = -1;
    private const long NotSent = -2;
    private const long Decided = -3;

    // Epochs that no image has: before all, and of what is not there.
    private const long BeforeAll = -1;
    private const long NoEpoch = -2;

    private readonly int _queueSize;
    private readonly int _modulesOfAnImage;
    private readonly ModuleProgress[] _modules;   // by module id
    private readonly PendingImage[] _images;
    private int _first = None;
    private int _unused = 1;
    private int _behind;
    private long _lastSerial;
    private long _decidedEpoch = BeforeAll;       // of the newest image about which was decided: all that wait are newer
    private ulong _decidedId;

    /// <summary>Makes a synchroniser.</summary>
    /// <param name="modules">The modules that an image consists of.</param>
    /// <param name="queueSize">The number of images that may wait.</param>
    public ImageSynchroniser(IEnumerable<int> modules, int queueSize)
    {
        var ids = modules.ToHashSet();
        (_queueSize, _modulesOfAnImage, _behind) = (queueSize, ids.Count, ids.Count);
        _modules = new ModuleProgress[ids.Count > 0 ? ids.Max() + 1 : 0];
        for (var id = 0; id < _modules.Length; id++)
            _modules[id] = new ModuleProgress { Serial = ids.Contains(id) ? NotSent : NoModule, Epoch = ids.Contains(id) ? 0 : BeforeAll };
        // One more than may wait: the one that is too many is decided after it was added.
        _images = new PendingImage[1 + queueSize + 1];
        _images[None].Epoch = NoEpoch;
        for (var i = _unused; i < _images.Length - 1; i++)
            _images[i].Next = i + 1;
    }

    /// <summary>Images passed on.</summary>
    public long Complete { get; private set; }

    /// <summary>Images given up because frames were missing.</summary>
    public long Incomplete { get; private set; }

    /// <summary>Frames of an unknown module, or repeated ones.</summary>
    public long Unexpected { get; private set; }

    /// <summary>Images that wait.</summary>
    public int Pending { get; private set; }

    /// <summary>Takes in a frame.</summary>
    /// <param name="frame">Its metadata.</param>
    /// <param name="results">Gets the images that are decided now, in order.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]   // quick from the first frame on, also in a process of one processor
    public void Add(in FrameMetadata frame, List<SynchronisedImage> results)
    {
        var (modules, images) = (_modules, _images);
        if (frame.ModuleId >= modules.Length)
        {
            Unexpected++;
            return;
        }
        // Mostly another module has sent a frame of this image, and it follows the one that this module was at.
        ref var module = ref modules[frame.ModuleId];
        ref var left = ref images[module.Image];
        var isWaiting = left.Serial == module.Serial;
        var at = isWaiting ? left.Next : _first;
        if (images[at].Id != frame.ImageId || images[at].Epoch != module.Epoch)
        {
            at = FindOrInsert(ref module, isWaiting, frame, results);
            if (at == None)
                return;
        }
        if (isWaiting)
            left.NewestOf--;
        else
            _behind--;
        ref var image = ref images[at];
        (module.LastId, module.Image, module.Serial) = (frame.ImageId, at, image.Serial);
        image.Frames++;
        image.NewestOf++;
        image.MissingPackets += frame.MissingPackets;

        if (_behind == 0 || images[_first].Frames == _modulesOfAnImage)
            TakeDecided(results);
        if (Pending > _queueSize)
        {
            TakeFirst(results);
            LevelEpochs();
        }
    }

    /// <summary>Gives up incomplete images: nothing has arrived for so long that nothing more is expected.</summary>
    public void Flush(List<SynchronisedImage> results)
    {
        while (_first != None)
            TakeFirst(results);
        foreach (ref var module in _modules.AsSpan())
        {
            if (module.Serial != NoModule)
                (module.Serial, module.Epoch) = (NotSent, 0);
        }
        (_behind, _decidedEpoch) = (_modulesOfAnImage, BeforeAll);
    }

    // Once an image. The place of the frame's image; none if the frame is unexpected, or so late that its image had to make room.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int FindOrInsert(ref ModuleProgress module, bool isWaiting, in FrameMetadata frame, List<SynchronisedImage> results)
    {
        var id = frame.ImageId;
        if (module.Serial == NoModule || (module.Serial != NotSent && module.LastId == id))
        {
            Unexpected++;
            return None;
        }
        if (module.Serial != NotSent && id < module.LastId)
            module.Epoch++;
        if (!IsBefore(_decidedEpoch, _decidedId, module.Epoch, id))
        {
            (module.LastId, module.Serial) = (id, Decided);
            Report(frame, frame.MissingPackets, _modulesOfAnImage - 1, results);
            return None;
        }

        // Forwards from the module's last image, or from the first: over all its life a module passes each image once.
        var (before, at) = isWaiting ? (module.Image, _images[module.Image].Next) : (None, _first);
        while (at != None && IsBefore(_images[at].Epoch, _images[at].Id, module.Epoch, id))
            (before, at) = (at, _images[at].Next);
        if (at != None && _images[at].Id == id && _images[at].Epoch == module.Epoch)
            return at;
        var free = _unused;
        ref var image = ref _images[free];
        _unused = image.Next;
        (image.Epoch, image.Id, image.Serial, image.Next) = (module.Epoch, id, ++_lastSerial, at);
        (image.First, image.Frames, image.NewestOf, image.MissingPackets) = (frame, 0, 0, 0);
        if (before == None)
            _first = free;
        else
            _images[before].Next = free;
        Pending++;
        return free;
    }

    // Not inlined, as its copies would make the path of every frame save more registers.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void TakeDecided(List<SynchronisedImage> results)
    {
        while (_first != None && (_behind == 0 || _images[_first].Frames == _modulesOfAnImage))
            TakeFirst(results);
    }

    private void TakeFirst(List<SynchronisedImage> results)
    {
        var taken = _first;
        ref var image = ref _images[taken];
        _behind += image.NewestOf;
        (_decidedEpoch, _decidedId, _first) = (image.Epoch, image.Id, image.Next);
        (image.Serial, image.Next, _unused) = (0, _unused, taken);
        Pending--;
        Report(image.First, image.MissingPackets, _modulesOfAnImage - image.Frames, results);
    }

    private void Report(in FrameMetadata first, ulong missingPackets, int missingFrames, List<SynchronisedImage> results)
    {
        if (missingFrames == 0)
            Complete++;
        else
            Incomplete++;
        // Made in its place: List.Add would copy it twice more.
        CollectionsMarshal.SetCount(results, results.Count + 1);
        CollectionsMarshal.AsSpan(results)[^1] = new SynchronisedImage(first, missingPackets, missingFrames);
    }

    private static bool IsBefore(long epoch, ulong id, long otherEpoch, ulong otherId) => epoch == otherEpoch ? id < otherId : epoch < otherEpoch;

    // Modules that disagree about the epoch would never meet again.
    private void LevelEpochs()
    {
        var newest = 0L;
        foreach (ref readonly var module in _modules.AsSpan())
            newest = Math.Max(newest, module.Epoch);
        foreach (ref var module in _modules.AsSpan())
        {
            if (module.Epoch == newest || module.Serial == NoModule)
                continue;
            if (_images[module.Image].Serial == module.Serial)
            {
                _images[module.Image].NewestOf--;
                _behind++;
            }
            (module.Epoch, module.Serial) = (newest, NotSent);
        }
    }

    private struct ModuleProgress
    {
        internal int Image;        // the place of its last frame's image ...
        internal long Serial;      // ... and its serial number: another one there, and it has been decided about
        internal long Epoch;
        internal ulong LastId;
    }

    private struct PendingImage
    {
        internal long Serial;
        internal long Epoch;
        internal ulong Id;
        internal ulong MissingPackets;
        internal int Frames;
        internal int NewestOf;     // modules whose last frame belongs here
        internal int Next;
        internal FrameMetadata First;
    }
}
