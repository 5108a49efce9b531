namespace Hutch.Detectors.Acquisitions;

/// <summary>How far an acquisition is.</summary>
public enum AcquisitionState
{
    /// <summary>The files exist, no image has arrived yet.</summary>
    WaitingImages,

    /// <summary>Images are arriving and being written.</summary>
    AcquiringImages,

    /// <summary>All images have come; the writers write the last of them and close the files.</summary>
    FlushingImages,

    /// <summary>It ended as it should, or was stopped.</summary>
    Finished,

    /// <summary>It ended with an error.</summary>
    Failed,
}
