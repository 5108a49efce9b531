using Hutch.Epics.Writing;
using Hutch.Native.Hdf5;

namespace Hutch.Epics.Validation;

/// <summary>Looks into a file of the writer.</summary>
internal static class PvFileCheck
{
    /// <summary>A line for each PV, in the words of std-daq's run log.</summary>
    /// <exception cref="UserErrorException">The file cannot be read.</exception>
    public static IReadOnlyList<string> Analyse(WriteRequest request)
    {
        try
        {
            using var file = Hdf5File.OpenRead(request.OutputFile);
            return [.. request.Channels.Select(c => $"[{c}] {Describe(file, c, request)}")];
        }
        catch (Hdf5Exception error)
        {
            throw new UserErrorException($"{request.OutputFile} cannot be read: {error.Message}", error);
        }
    }

    private static string Describe(Hdf5File file, string channel, WriteRequest request)
    {
        using var data = file.TryOpenDataset($"/data/{channel}/data");
        if (data is null)
            return "No data";
        using var mapping = file.TryOpenDataset($"/data/{channel}/pulse_id");
        if (mapping is null)
            return "Missing pulse_id mapping";
        var pulses = new ulong[mapping.Dimensions[0]];
        mapping.ReadRows<ulong>(0, pulses, Hdf5Type.UInt64);
        var before = pulses.TakeWhile(p => p < (ulong)request.StartPulseId).Count();
        var after = pulses.Reverse().TakeWhile(p => p >= (ulong)request.StopPulseId).Count();
        return $"Point count {pulses.Length} ({before}[{pulses.Length - before - after}){after})";
    }
}
