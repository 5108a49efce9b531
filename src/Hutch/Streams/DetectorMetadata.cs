namespace Hutch.Streams;

// Each becomes empty in the same way, for the next message (ImageMetadata.TryRead).
/// <summary>What only the images of a Gigafrost have.</summary>
public sealed partial class GigafrostMetadata
{
    internal GigafrostMetadata Cleared()
    {
        (ScanId, ScanTime, SyncTime, FrameTimestamp, ExposureTime, StoreImage, _unknownFields) = (0, 0, 0, 0, 0, false, null);
        return this;
    }
}

/// <summary>What only the images of a Jungfrau have.</summary>
public sealed partial class JungfrauMetadata
{
    internal JungfrauMetadata Cleared()
    {
        (DaqRec, _unknownFields) = (0, null);
        return this;
    }
}

/// <summary>What only the images of an Eiger have.</summary>
public sealed partial class EigerMetadata
{
    internal EigerMetadata Cleared()
    {
        (Exptime, _unknownFields) = (0, null);
        return this;
    }
}

/// <summary>What only the images of a PCO camera have.</summary>
public sealed partial class PcoMetadata
{
    internal PcoMetadata Cleared()
    {
        (GlobalTimestampSec, GlobalTimestampNs, BsreadName, _unknownFields) = (0, 0, "", null);
        return this;
    }
}
