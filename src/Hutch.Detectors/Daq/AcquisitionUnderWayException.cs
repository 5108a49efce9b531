using Hutch.Detectors.Acquisitions;

namespace Hutch.Detectors.Daq;

/// <summary>No acquisition can be started, for the writers are not ready.</summary>
public sealed class AcquisitionUnderWayException : UserErrorException
{
    /// <summary>Makes the error.</summary>
    /// <param name="status">What the writers do instead.</param>
    public AcquisitionUnderWayException(WriterStatus status)
        : base($"the writers are {status.State.ToString().ToUpperInvariant()}; wait for the end of the acquisition, or stop it") => Status = status;

    /// <summary>What the writers do.</summary>
    public WriterStatus Status { get; }
}
