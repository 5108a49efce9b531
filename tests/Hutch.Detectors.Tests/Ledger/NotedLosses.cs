using Hutch.Detectors.Ledger;

namespace Hutch.Detectors.Tests.Ledger;

internal static class NotedLosses
{
    /// <summary>How much was lost at a stage for a reason, as the journal of the detector has it.</summary>
    internal static long Noted(this LossJournal journal, LossStage stage, LossReason reason)
    {
        long position = 0;
        List<Loss> losses = [];
        journal.Read(ref position, losses);
        return losses.Where(l => (l.Stage, l.Reason) == (stage, reason)).Sum(l => l.Count);
    }
}
