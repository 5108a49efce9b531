using System.Diagnostics;
using Hutch.Detectors.Ledger;

namespace Hutch.Detectors.Acquisitions;

/// <summary>The acquisition under way, as the driver's thread knows it.</summary>
internal sealed class AcquisitionRun(AcquisitionInfo info, AcquisitionLosses losses, TaskCompletionSource<WriterStatus>? begun, double? startTime = null)
{
    internal AcquisitionInfo Info { get; } = info;

    internal AcquisitionLosses Losses { get; } = losses;

    /// <summary>Who waits until images can come, or null.</summary>
    internal TaskCompletionSource<WriterStatus>? Begun { get; } = begun;

    internal TaskCompletionSource<WriterStatus> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with it; null while nobody listens to traces, and for one that an earlier driver began.</summary>
    internal Activity? Span { get; init; }

    internal AcquisitionPhase Phase { get; set; }

    internal double StartTime { get; } = startTime ?? Now();

    /// <summary>Images handed to the writers.</summary>
    internal long Requested { get; set; }

    internal bool Interrupted { get; set; }

    /// <summary>Why it fails; the writers are closing their files then.</summary>
    internal string? Error { get; set; }

    /// <summary>Whether an earlier driver began it and it cannot be gone on with, so that only its files say what came.</summary>
    internal bool IsRecovered { get; set; }

    /// <summary>Images that were handed over out of the ring; they may be announced once more.</summary>
    internal HashSet<ulong> TakenFromRing { get; } = [];

    internal LossLedger? Ledger { get; set; }

    internal long ReportedAt { get; set; }

    internal static double Now() => (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalSeconds;
}
