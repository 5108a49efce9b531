using System.Runtime.CompilerServices;
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
    private const int None = -1;
    private static readonly ImageKey _beforeAll = new(-1, 0);

    private readonly int _queueSize;
    private readonly int _modulesOfAnImage;
    private readonly ModuleProgress[] _modules;   // by module id
    private readonly PendingImage[] _images;
    private int _first = None;
    private int _unused;
    private int _behind;
    private ImageKey _decided = _beforeAll;       // the newest image about which was decided: all that wait are newer

    /// <summary>Makes a synchroniser.</summary>
    /// <param name="modules">The modules that an image consists of.</param>
    /// <param name="queueSize">Images that may wait at once.</param>
    public ImageSynchroniser(IEnumerable<int> modules, int queueSize)
    {
        var ids = modules.ToHashSet();
        (_queueSize, _modulesOfAnImage, _behind) = (queueSize, ids.Count, ids.Count);
        _modules = new ModuleProgress[ids.Count > 0 ? ids.Max() + 1 : 0];
        foreach (var id in ids)
            _modules[id].IsPart = true;
        // One more than may wait: the one that is too many is decided after it was added.
        _images = new PendingImage[queueSize + 1];
        for (var i = 0; i < _images.Length; i++)
            _images[i].Next = i + 1 < _images.Length ? i + 1 : None;
    }

    /// <summary>Images passed on.</summary>
    public long Complete { get; private set; }

    /// <summary>Images given up because frames were missing.</summary>
    public long Incomplete { get; private set; }

    /// <summary>Frames of an unknown module, or that had come before.</summary>
    public long Unexpected { get; private set; }

    /// <summary>Images that wait.</summary>
    public int Pending { get; private set; }

    /// <summary>Takes in a frame.</summary>
    /// <param name="frame">Its metadata.</param>
    /// <param name="results">Gets the images that are decided now, in order.</param>
    public void Add(in FrameMetadata frame, List<SynchronisedImage> results)
    {
        if (frame.ModuleId >= _modules.Length || !_modules[frame.ModuleId].IsPart
            || (_modules[frame.ModuleId].HasSent && _modules[frame.ModuleId].Last.Id == frame.ImageId))
        {
            Unexpected++;
            return;
        }
        ref var module = ref _modules[frame.ModuleId];
        var hasRestarted = module.HasSent && frame.ImageId < module.Last.Id;
        var key = new ImageKey(hasRestarted ? module.Last.Epoch + 1 : module.Last.Epoch, frame.ImageId);
        var waitsAt = IsWaiting(module) ? module.Image : None;
        (module.HasSent, module.Last) = (true, key);
        if (!_decided.IsBefore(key))
        {
            // The module is so far behind that its image had to make room; it cannot become complete any more.
            Decided(frame, frame.MissingPackets, _modulesOfAnImage - 1, results);
            return;
        }

        if (waitsAt == None)
            _behind--;
        else
            _images[waitsAt].NewestOf--;
        var at = FindOrInsert(key, waitsAt, frame);
        ref var image = ref _images[at];
        image.Frames++;
        image.NewestOf++;
        image.MissingPackets += frame.MissingPackets;
        module.Image = at;

        while (_first != None && (_images[_first].Frames >= _modulesOfAnImage || _behind == 0))
            TakeFirst(results);
        if (Pending > _queueSize)
        {
            TakeFirst(results);
            LevelEpochs();
        }
    }

    /// <summary>Gives up what is incomplete: nothing has come for so long that nothing more is expected.</summary>
    public void Flush(List<SynchronisedImage> results)
    {
        while (_first != None)
            TakeFirst(results);
        foreach (ref var module in _modules.AsSpan())
            (module.HasSent, module.Last) = (false, default);
        (_behind, _decided) = (_modulesOfAnImage, _beforeAll);
    }

    private bool IsWaiting(in ModuleProgress module) => module.HasSent && _decided.IsBefore(module.Last);

    // Forwards from the module's last image, or from the first: over all its life a module passes each image once.
    private int FindOrInsert(ImageKey key, int from, in FrameMetadata frame)
    {
        var (before, at) = from == None ? (None, _first) : (from, _images[from].Next);
        while (at != None && _images[at].Key.IsBefore(key))
            (before, at) = (at, _images[at].Next);
        if (at != None && _images[at].Key == key)
            return at;
        var free = _unused;
        ref var image = ref _images[free];
        _unused = image.Next;
        (image.Key, image.First, image.Next) = (key, frame, at);
        (image.Frames, image.NewestOf, image.MissingPackets) = (0, 0, 0);
        if (before == None)
            _first = free;
        else
            _images[before].Next = free;
        Pending++;
        return free;
    }

    private void TakeFirst(List<SynchronisedImage> results)
    {
        var taken = _first;
        ref var image = ref _images[taken];
        _behind += image.NewestOf;
        (_decided, _first) = (image.Key, image.Next);
        (image.Next, _unused) = (_unused, taken);
        Pending--;
        Decided(image.First, image.MissingPackets, _modulesOfAnImage - image.Frames, results);
    }

    private void Decided(in FrameMetadata first, ulong missingPackets, int missingFrames, List<SynchronisedImage> results)
    {
        if (missingFrames == 0)
            Complete++;
        else
            Incomplete++;
        results.Add(new SynchronisedImage(first, missingPackets, missingFrames));
    }

    // Modules that disagree about the epoch would never meet again.
    private void LevelEpochs()
    {
        var newest = 0L;
        foreach (ref readonly var module in _modules.AsSpan())
            newest = Math.Max(newest, module.Last.Epoch);
        foreach (ref var module in _modules.AsSpan())
        {
            if (module.Last.Epoch == newest)
                continue;
            if (IsWaiting(module))
            {
                _images[module.Image].NewestOf--;
                _behind++;
            }
            (module.HasSent, module.Last) = (false, new ImageKey(newest, 0));
        }
    }

    private readonly record struct ImageKey(long Epoch, ulong Id)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal bool IsBefore(in ImageKey other) => Epoch == other.Epoch ? Id < other.Id : Epoch < other.Epoch;
    }

    private struct ModuleProgress
    {
        internal bool IsPart;
        internal bool HasSent;
        internal int Image;        // where its last frame's image waits, if it still does
        internal ImageKey Last;
    }

    private struct PendingImage
    {
        internal ImageKey Key;
        internal FrameMetadata First;
        internal ulong MissingPackets;
        internal int Frames;
        internal int NewestOf;     // modules whose last frame belongs here
        internal int Next;
    }
}
