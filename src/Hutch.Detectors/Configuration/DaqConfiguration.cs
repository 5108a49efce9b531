using Hutch.Detectors.Kinds;
using Hutch.Streams;

namespace Hutch.Detectors.Configuration;

/// <summary>
/// The configuration of a detector, as every program of the data path reads it (JSON; names in the file are in the
/// remarks). Read by <see cref="DaqConfigurationFile"/>, which checks it as a whole.
/// </summary>
public sealed record DaqConfiguration
{
    /// <summary>Names every ring and channel of the detector (<c>detector_name</c>).</summary>
    public required string DetectorName { get; init; }

    /// <summary>The kind of detector (<c>detector_type</c>), see <see cref="DetectorKinds"/>.</summary>
    public required string DetectorType { get; init; }

    /// <summary>Modules, inactive ones included (<c>n_modules</c>).</summary>
    public required int Modules { get; init; }

    /// <summary>Bits of a pixel (<c>bit_depth</c>).</summary>
    public required int BitDepth { get; init; }

    /// <summary>Rows of the image (<c>image_pixel_height</c>).</summary>
    public required int ImageHeight { get; init; }

    /// <summary>Columns of the image (<c>image_pixel_width</c>).</summary>
    public required int ImageWidth { get; init; }

    /// <summary>The port of module 0; module m sends to this plus m (<c>start_udp_port</c>).</summary>
    public required int StartUdpPort { get; init; }

    /// <summary>Where the modules stand (<c>module_positions</c>); one that is missing is inactive. A Gigafrost needs none.</summary>
    public IReadOnlyDictionary<int, ModulePosition> ModulePositions { get; init; } = new Dictionary<int, ModulePosition>();

    /// <summary>The user who is to own the files; less than 1 means the user the writer runs as (<c>writer_user_id</c>).</summary>
    public int WriterUserId { get; init; }

    /// <summary>Images that may wait for frames before the oldest is given up (<c>module_sync_queue_size</c>). Default 50.</summary>
    public int ModuleSyncQueueSize { get; init; } = 50;

    /// <summary>Memory for the image ring in GiB; 0 means 1000 images (<c>ram_buffer_gb</c>). Default 0.</summary>
    public int RamBufferGb { get; init; }

    /// <summary>Writers that share an acquisition; 0 means one (<c>number_of_writers</c>). Default 0.</summary>
    public int Writers { get; init; }

    /// <summary>Seconds between two lines of statistics (<c>stats_collection_period</c>). Default 10.</summary>
    public int StatsCollectionPeriod { get; init; } = 10;

    /// <summary>The correction of a Jungfrau whose images are converted.</summary>
    public GainSettings Gain { get; init; } = new();

    /// <summary>Pairs of sender and receiver that an image is split over at most (<c>max_number_of_forwarders_spawned</c>). Default 8.</summary>
    public int MaxForwarders { get; init; } = 8;

    /// <summary>Whether small images are split over all pairs too (<c>use_all_forwarders</c>). Default false.</summary>
    public bool UseAllForwarders { get; init; }

    /// <summary>Whether each pair carries whole images, in turn (<c>sender_sends_full_images</c>). Default false.</summary>
    public bool SenderSendsFullImages { get; init; }

    /// <summary>The live streams by the address that each is bound to (<c>live_stream_configs</c>). Default none.</summary>
    public IReadOnlyDictionary<string, LiveStreamConfiguration> LiveStreams { get; init; } = new Dictionary<string, LiveStreamConfiguration>();

    /// <summary>What is particular to the kind of detector.</summary>
    public DetectorKind Kind => DetectorKinds.Find(DetectorType) ?? throw new InvalidOperationException($"detector_type {DetectorType} is unknown");

    /// <summary>The modules that send, in order.</summary>
    public IReadOnlyList<int> ActiveModules => [.. Enumerable.Range(0, Modules).Where(m => Kind.Geometry(this, m) is not null)];

    /// <summary>Bytes of a pixel of the image.</summary>
    public int PixelBytes => Kind.Coding(this).ImageBytes();

    /// <summary>Bytes of an image.</summary>
    public long ImageBytes => (long)ImageHeight * ImageWidth * PixelBytes;

    /// <summary>The type of the pixels of the image.</summary>
    public ImageDataType ImageType => Kind.ImageType(this);

    /// <summary>The UDP port of a module.</summary>
    public int UdpPort(int module) => StartUdpPort + module;
}
