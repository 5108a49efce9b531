namespace Hutch.Detectors.Acquisitions;

/// <summary>What a user asks the writers to do.</summary>
/// <param name="Images">How many images, 1 to 2147483647.</param>
/// <param name="OutputFile">The file, see <see cref="Daq.OutputPlace"/>.</param>
/// <param name="RunId">The id of the run; null for the time in nanoseconds.</param>
/// <param name="Pvs">EPICS PVs whose values belong into the file; null for none.</param>
public sealed record WriteOrder(long Images, string OutputFile, ulong? RunId = null, IReadOnlyList<string>? Pvs = null)
{
    /// <summary>The acquisition of this order.</summary>
    /// <exception cref="UserErrorException">The number of images, or the name of a PV, is invalid.</exception>
    public AcquisitionInfo ToAcquisition()
    {
        if (Images is < 1 or > int.MaxValue)
            throw new UserErrorException($"n_images is {Images}, but must be 1 to {int.MaxValue}");
        foreach (var name in Pvs ?? [])
        {
            if (string.IsNullOrWhiteSpace(name) || name.Contains('/', StringComparison.Ordinal))
                throw new UserErrorException($"pvs has '{name}', which is not the name of a PV");
        }
        return new AcquisitionInfo(Images, OutputFile, RunId ?? AcquisitionInfo.NewRunId()) { Pvs = Pvs is { Count: > 0 } ? [.. Pvs.Distinct()] : null };
    }
}
