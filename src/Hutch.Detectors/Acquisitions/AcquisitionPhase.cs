namespace Hutch.Detectors.Acquisitions;

/// <summary>What the driver waits for.</summary>
internal enum AcquisitionPhase
{
    /// <summary>That every writer has made its file.</summary>
    Creating,

    /// <summary>That every writer says what it has of an acquisition whose driver died.</summary>
    Resuming,

    /// <summary>Images.</summary>
    Recording,

    /// <summary>That every writer has written its last image.</summary>
    Confirming,

    /// <summary>That every writer has closed its file.</summary>
    Closing,
}
