using Hutch.Detectors.Configuration;

namespace Hutch.Detectors.Ledger;

/// <summary>
/// Follows the images of one acquisition and the losses noted meanwhile, and makes the ledger of both. For one thread.
/// </summary>
/// <remarks>
/// Losses count from the first image that arrived to the last one: what is lost before or after belongs to no acquisition. Where ids
/// are consecutive, a missing id is a loss too.
/// </remarks>
public sealed class AcquisitionLosses
{
    /// <summary>A jump of the ids by more than this is a detector that started again, and no loss.</summary>
    private const ulong LongestGap = 1_000_000;

    private readonly DaqConfiguration _configuration;
    private readonly LossJournal _journal;
    private readonly Func<ulong, bool> _isInRing;
    private readonly List<Loss> _read = [];
    private readonly List<Loss> _ahead = [];
    private readonly Dictionary<(LossStage, LossReason), long> _lost = [];
    private readonly Dictionary<ulong, int> _lostInConverter = [];   // frames, by images of which nobody else has said anything
    private long _position;
    private long _unreadable;
    private ulong _first;
    private ulong _segmentFirst;
    private ulong _last;
    private long _expected;
    private int _restarts;
    private long _incompleteFrames;
    private long _incompleteImages;
    private long _inGaps;
    private long _seenButLost;

    /// <summary>Begins an account.</summary>
    /// <param name="configuration">The detector.</param>
    /// <param name="journal">Where the stages note their losses.</param>
    /// <param name="isInRing">Whether the image ring holds an image, complete.</param>
    /// <param name="from">The position of the journal to start from; null for what is recorded from now on.</param>
    public AcquisitionLosses(DaqConfiguration configuration, LossJournal journal, Func<ulong, bool> isInRing, long? from = null)
    {
        (_configuration, _journal, _isInRing) = (configuration, journal, isInRing);
        _position = Math.Min(from ?? long.MaxValue, journal.Count);   // a journal that was recreated is shorter
    }

    /// <summary>Images that arrived.</summary>
    public long Received { get; private set; }

    /// <summary>Records an image that arrived.</summary>
    /// <param name="imageId">Its id.</param>
    /// <param name="isIncomplete">Whether it says that packets are missing.</param>
    public void Add(ulong imageId, bool isIncomplete = false)
    {
        if (isIncomplete)
            _incompleteImages++;
        if (Received++ == 0)
        {
            (_first, _segmentFirst, _last) = (imageId, imageId, imageId);
            _expected = 1;
        }
        else if (imageId > _last && imageId - _last <= LongestGap)
        {
            NoteGap(_last + 1, imageId);
            _last = imageId;
        }
        else
        {
            // Nothing can be known of what the detector sent between its last image and its restart.
            Follow();
            _ahead.Clear();
            _restarts++;
            (_segmentFirst, _last) = (imageId, imageId);
            _expected++;
        }
        Follow();
    }

    /// <summary>Whether a receiver has noted that packets are missing in an image that has not been added yet.</summary>
    public bool MissesPackets(ulong imageId)
    {
        ReadAhead();
        return _ahead.Exists(loss => loss.ImageId == imageId && loss is { Stage: LossStage.Receiver, Reason: LossReason.MissingPackets });
    }

    /// <summary>Reads what the stages have noted.</summary>
    public void Follow()
    {
        ReadAhead();
        if (Received == 0 || _ahead.Count == 0)
            return;
        foreach (var loss in _ahead)
        {
            if (loss.ImageId <= _last && loss.ImageId >= _segmentFirst)
                Take(loss);
        }
        _ahead.RemoveAll(loss => loss.ImageId <= _last);
    }

    /// <summary>The ledger so far.</summary>
    /// <param name="sent">Images that the writers were told to write.</param>
    /// <param name="written">Images that the writers say are in their files.</param>
    /// <param name="rows">Rows of the files.</param>
    /// <param name="writerDied">Whether a writer has ended early: images that it was to write and that are not in its file are lost.</param>
    public LossLedger Close(long sent, long written, long rows, bool writerDied = false)
    {
        Follow();
        var modules = _configuration.ActiveModules.Count;
        var packetsPerFrame = _configuration.Kind.Layout(_configuration).PacketsPerFrame;
        var unseen = Math.Max(0, _inGaps - _seenButLost);
        var frames = _expected * modules;
        var lostInConverter = Lost(LossStage.Converter);
        var absent = Lost(LossStage.Synchroniser, LossReason.FrameMissing) - lostInConverter + (unseen * modules);
        var missing = Lost(LossStage.Receiver, LossReason.MissingPackets) + (absent * packetsPerFrame);
        // What the kernel dropped of a frame of which nothing else arrived counts with that frame.
        var inKernel = Math.Min(Lost(LossStage.Kernel), missing);
        var incomplete = Lost(LossStage.Synchroniser, LossReason.Incomplete);
        var overwritten = Lost(LossStage.Synchroniser, LossReason.Overwritten);
        var queueFull = Lost(LossStage.Synchroniser, LossReason.QueueFull);
        var compressor = LostBy(LossStage.Compressor);
        var stream = LostBy(LossStage.StreamReceiver);
        var announced = Received + queueFull + compressor.Values.Sum() + stream.Values.Sum();
        List<LedgerRow> receiving =
        [
            new("network", "packets", frames * packetsPerFrame, (frames * packetsPerFrame) - missing,
                Reasons(("socket_buffer_full", inKernel), ("not_received", missing - inKernel))),
            new("receiver", "frames", frames, frames - absent, Reasons(("no_packet", absent))),
            new("converter", "frames", frames - absent, frames - absent - lostInConverter, LostBy(LossStage.Converter)),
        ];
        List<LedgerRow> stages =
        [
            .. _incompleteImages > 0 && _incompleteFrames == 0 ? [] : receiving,
            new("synchroniser", "images", _expected, announced,
                Reasons(("frame_missing", incomplete), ("overwritten", overwritten), ("nothing_received", unseen))),
        ];
        if (stream.Count > 0)
            stages.Add(new("stream", "images", announced, announced - stream.Values.Sum(), stream));
        if (compressor.Count > 0)
            stages.Add(new("compressor", "images", Received + queueFull + compressor.Values.Sum(), Received + queueFull, compressor));
        stages.Add(new("channel", "images", Received + queueFull, Received, Reasons(("queue_full", queueFull))));
        var inWriter = new Dictionary<string, long>(LostBy(LossStage.Writer));
        if (Received > sent)
            inWriter["not_taken"] = Received - sent;
        if (writerDied && Received - written - inWriter.Values.Sum() is > 0 and var ended)
            inWriter["writer_died"] = ended;
        stages.Add(new("writer", "images", Received, written, inWriter));
        stages.Add(new("file", "images", written, rows, Reasons()));
        return new LossLedger
        {
            FirstImageId = Received > 0 ? _first : null,
            LastImageId = Received > 0 ? _last : null,
            Restarts = _restarts,
            IncompleteFrames = _incompleteFrames,
            IncompleteImages = _incompleteImages,
            Unreadable = _unreadable,
            Stages = stages,
        };
    }

    private void ReadAhead()
    {
        _read.Clear();
        _unreadable += _journal.Read(ref _position, _read);
        _ahead.AddRange(_read);
    }

    private void NoteGap(ulong from, ulong to)
    {
        // The ids of some detectors are pulse ids, which the detector need not take one after another.
        if (!_configuration.Kind.ImageIdsAreConsecutive)
        {
            _expected++;
            return;
        }
        _expected += (long)(to - from) + 1;
        _inGaps += (long)(to - from);
        ReadAhead();
        for (var id = from; id < to; id++)
        {
            if (!_isInRing(id) || _ahead.Exists(loss => loss.ImageId == id && IsOfImage(loss)))
                continue;
            // It is there but was not announced to us: the queue between was full.
            _seenButLost++;
            Count(LossStage.Synchroniser, LossReason.QueueFull, 1);
        }
    }

    private void Take(Loss loss)
    {
        // Of an image whose frames were all overwritten in the rings the synchroniser never hears; where ids have gaps, only this shows that it was there.
        if (loss.Stage == LossStage.Converter && !_configuration.Kind.ImageIdsAreConsecutive)
        {
            var frames = _lostInConverter.GetValueOrDefault(loss.ImageId) + (int)loss.Count;
            _lostInConverter[loss.ImageId] = frames;
            if (frames == _configuration.ActiveModules.Count)
            {
                _lostInConverter.Remove(loss.ImageId);
                _expected++;
                _inGaps++;
            }
        }
        if (IsOfImage(loss))
        {
            _lostInConverter.Remove(loss.ImageId);
            if (_configuration.Kind.ImageIdsAreConsecutive)
                _seenButLost++;
            else
                _expected++;
        }
        if (loss is { Stage: LossStage.Receiver, Reason: LossReason.MissingPackets })
            _incompleteFrames++;
        Count(loss.Stage, loss.Reason, loss.Count);
    }

    private static bool IsOfImage(in Loss loss) => loss.Stage is LossStage.StreamReceiver or LossStage.Compressor
        || (loss.Stage == LossStage.Synchroniser && loss.Reason is LossReason.Incomplete or LossReason.Overwritten);

    private void Count(LossStage stage, LossReason reason, long count) =>
        _lost[(stage, reason)] = _lost.GetValueOrDefault((stage, reason)) + count;

    private long Lost(LossStage stage, LossReason reason) => _lost.GetValueOrDefault((stage, reason));

    private long Lost(LossStage stage) => LostBy(stage).Values.Sum();

    private Dictionary<string, long> LostBy(LossStage stage) =>
        _lost.Where(l => l.Key.Item1 == stage).ToDictionary(l => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(l.Key.Item2.ToString()), l => l.Value);

    private static Dictionary<string, long> Reasons(params (string Reason, long Count)[] reasons) =>
        reasons.Where(r => r.Count != 0).ToDictionary(r => r.Reason, r => r.Count);
}
