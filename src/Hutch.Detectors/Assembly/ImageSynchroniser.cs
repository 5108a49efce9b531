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
/// </remarks>
public sealed class ImageSynchroniser
{
    private readonly int _queueSize;
    private readonly Dictionary<int, ModuleProgress> _modules;
    private readonly List<PendingImage> _pending = [];   // in order; few, and almost always the last ones are looked for
    private readonly Stack<PendingImage> _unused = [];

    /// <summary>Makes a synchroniser.</summary>
    /// <param name="modules">The modules that an image consists of.</param>
    /// <param name="queueSize">Images that may wait at once.</param>
    public ImageSynchroniser(IEnumerable<int> modules, int queueSize)
    {
        _queueSize = queueSize;
        _modules = modules.ToDictionary(m => m, _ => new ModuleProgress());
    }

    /// <summary>Images passed on.</summary>
    public long Complete { get; private set; }

    /// <summary>Images given up because frames were missing.</summary>
    public long Incomplete { get; private set; }

    /// <summary>Frames of an unknown module, or that had come before.</summary>
    public long Unexpected { get; private set; }

    /// <summary>Images that wait.</summary>
    public int Pending => _pending.Count;

    /// <summary>Takes in a frame.</summary>
    /// <param name="frame">Its metadata.</param>
    /// <param name="results">Gets the images that are decided now, in order.</param>
    public void Add(in FrameMetadata frame, ICollection<SynchronisedImage> results)
    {
        if (!_modules.TryGetValue(frame.ModuleId, out var module) || (module.HasSent && module.LastId == frame.ImageId))
        {
            Unexpected++;
            return;
        }
        if (module.HasSent && frame.ImageId < module.LastId)
            module.Epoch++;
        (module.HasSent, module.LastId) = (true, frame.ImageId);

        var image = FindOrAdd((module.Epoch, frame.ImageId), frame);
        image.Frames++;
        image.MissingPackets += frame.MissingPackets;
        Decide(results);
    }

    /// <summary>Gives up what is incomplete: nothing has come for so long that nothing more is expected.</summary>
    public void Flush(ICollection<SynchronisedImage> results)
    {
        while (_pending.Count > 0)
            TakeFirst(results);
        foreach (var module in _modules.Values)
            (module.HasSent, module.Epoch) = (false, 0);
    }

    private PendingImage FindOrAdd((long Epoch, ulong Id) key, in FrameMetadata frame)
    {
        var at = _pending.Count;
        while (at > 0 && _pending[at - 1].Key.CompareTo(key) >= 0)
        {
            at--;
            if (_pending[at].Key == key)
                return _pending[at];
        }
        if (!_unused.TryPop(out var image))
            image = new PendingImage();
        (image.Key, image.First, image.Frames, image.MissingPackets) = (key, frame, 0, 0);
        _pending.Insert(at, image);
        return image;
    }

    private void Decide(ICollection<SynchronisedImage> results)
    {
        while (_pending.Count > 0)
        {
            if (_pending[0].Frames < _modules.Count && !IsPast(_pending[0].Key))
                break;
            TakeFirst(results);
        }
        if (_pending.Count <= _queueSize)
            return;
        TakeFirst(results);
        // Modules that disagree about the epoch would never meet again.
        var newest = _modules.Values.Max(m => m.Epoch);
        foreach (var module in _modules.Values.Where(m => m.Epoch != newest))
            (module.HasSent, module.Epoch) = (false, newest);
    }

    // Every module has come as far as this image or further.
    private bool IsPast((long Epoch, ulong Id) key)
    {
        foreach (var module in _modules.Values)
        {
            if (!module.HasSent || (module.Epoch, module.LastId).CompareTo(key) < 0)
                return false;
        }
        return true;
    }

    private void TakeFirst(ICollection<SynchronisedImage> results)
    {
        var image = _pending[0];
        _pending.RemoveAt(0);
        _unused.Push(image);
        var missing = _modules.Count - image.Frames;
        if (missing == 0)
            Complete++;
        else
            Incomplete++;
        results.Add(new SynchronisedImage(image.First, image.MissingPackets, missing));
    }

    private sealed class ModuleProgress
    {
        internal bool HasSent;
        internal ulong LastId;
        internal long Epoch;
    }

    private sealed class PendingImage
    {
        internal (long Epoch, ulong Id) Key;
        internal FrameMetadata First;
        internal int Frames;
        internal ulong MissingPackets;
    }
}
