using System.Text.Json;

namespace Hutch.Epics.Writing;

/// <summary>A request to an <c>epics-writer</c>, in std-daq's format.</summary>
/// <param name="StartPulseId">The first pulse of the range.</param>
/// <param name="StopPulseId">The last pulse of the range.</param>
/// <param name="Channels">The PVs.</param>
/// <param name="OutputFile">The file to write; its folder is created if missing.</param>
/// <param name="Metadata">Strings to write to the file under their names.</param>
/// <param name="RunLogFile">The file to which the validator appends.</param>
public sealed record WriteRequest(
    long StartPulseId, long StopPulseId, IReadOnlyList<string> Channels, string OutputFile, IReadOnlyDictionary<string, JsonElement>? Metadata = null, string? RunLogFile = null)
{
    /// <summary>Finds out whether it can be done.</summary>
    /// <exception cref="UserErrorException">It cannot; the message names the member and the value.</exception>
    public void Check()
    {
        if (StartPulseId > StopPulseId)
            throw new UserErrorException($"start_pulse_id is {StartPulseId}, which is after stop_pulse_id, {StopPulseId}");
        if (StartPulseId < 0)
            throw new UserErrorException($"start_pulse_id is {StartPulseId}; pulse ids are 0 or more");
        if (string.IsNullOrWhiteSpace(OutputFile))
            throw new UserErrorException("output_file is empty; name the file to write");
        foreach (var channel in Channels)
        {
            if (string.IsNullOrEmpty(channel) || channel.Contains('/', StringComparison.Ordinal) || channel is "." or ".." or "data")
                throw new UserErrorException($"channels has '{channel}', which cannot be a name in an HDF5 file");
        }
        if (Channels.GroupBy(c => c).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new UserErrorException($"channels has '{twice.Key}' twice");
        foreach (var (name, value) in Metadata ?? new Dictionary<string, JsonElement>())
        {
            if (value.ValueKind != JsonValueKind.String)
                throw new UserErrorException($"metadata '{name}' is {value.GetRawText()}; it must be a string");
            if (name.Length == 0 || name is "." or ".." or "data" || name.Contains('/', StringComparison.Ordinal) || Channels.Contains(name))
                throw new UserErrorException($"metadata '{name}' cannot have this name in the file; 'data' and the names of channels are taken, and '/' is not allowed");
        }
    }
}
