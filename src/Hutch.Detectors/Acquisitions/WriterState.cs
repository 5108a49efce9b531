namespace Hutch.Detectors.Acquisitions;

/// <summary>What the writers of a detector are ready for.</summary>
public enum WriterState
{
    /// <summary>Unknown: the driver is not running, or a writer did not answer and may still be writing.</summary>
    Unknown,

    /// <summary>An acquisition can be started.</summary>
    Ready,

    /// <summary>An acquisition is under way.</summary>
    Writing,
}
