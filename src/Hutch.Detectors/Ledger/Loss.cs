namespace Hutch.Detectors.Ledger;

/// <summary>One loss, as the stage noted it where it happened.</summary>
/// <param name="ImageId">The image it belongs to; for a loss in the kernel the image under way at that time.</param>
/// <param name="Count">How many of the stage's unit.</param>
/// <param name="Stage">Where.</param>
/// <param name="Reason">Why.</param>
/// <param name="Module">The module, or -1.</param>
public readonly record struct Loss(ulong ImageId, long Count, LossStage Stage, LossReason Reason, int Module);
