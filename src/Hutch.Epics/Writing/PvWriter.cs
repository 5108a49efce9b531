using Hutch.Bus.Requests;
using Hutch.Store;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Epics.Writing;

/// <summary>Does requests of std-daq's EPICS writer: values of PVs over a range of pulses, from the buffer into an HDF5 file.</summary>
/// <param name="store">The buffer's store.</param>
/// <param name="logger">Where it logs; null: nowhere.</param>
public sealed class PvWriter(IStore store, ILogger? logger = null) : IRequestHandler
{
    private readonly ILogger _logger = logger ?? NullLogger.Instance;

    /// <summary>Files that were written.</summary>
    public long Files { get; private set; }

    /// <inheritdoc/>
    public async Task<object?> OnRequest(string requestId, Request request, CancellationToken kill)
    {
        ArgumentNullException.ThrowIfNull(request);
        var wanted = request.Read<WriteRequest>();
        wanted.Check();
        var result = await WriteAsync(wanted, kill).ConfigureAwait(false);
        _logger.LogInformation("request {RequestId}: {File} has pulses {Start} to {Stop} of {Channels} PVs", requestId, wanted.OutputFile, wanted.StartPulseId, wanted.StopPulseId, wanted.Channels.Count);
        return result;
    }

    /// <summary>Writes a file.</summary>
    /// <returns>What is in it, and where it has gaps.</returns>
    /// <exception cref="UserErrorException">The range is not in the buffer, or the file cannot be written. No file of that name is left.</exception>
    public async Task<WriteResult> WriteAsync(WriteRequest request, CancellationToken kill = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var range = await PulseRange.FindAsync(store, request.StartPulseId, request.StopPulseId, kill).ConfigureAwait(false);
        var pulses = await PulseMap.ReadAsync(store, range, kill).ConfigureAwait(false);
        using var file = new PvFile(request.OutputFile);
        foreach (var (name, value) in request.Metadata ?? new Dictionary<string, System.Text.Json.JsonElement>())
            file.WriteMetadata(name, value.GetString()!);
        file.WriteMissingPulses(pulses.Missing);
        var result = new WriteResult { OutputFile = request.OutputFile, Channels = request.Channels.Count, MissingPulses = pulses.Missing };
        foreach (var pv in request.Channels)
        {
            kill.ThrowIfCancellationRequested();
            var values = await PvHistory.ReadAsync(store, pv, range, pulses, kill).ConfigureAwait(false);
            var segments = file.WritePv(pv, values);
            result.Note(pv, segments, values.Count, values.Count(v => !v.Connected));
        }
        kill.ThrowIfCancellationRequested();
        file.Finish();
        Files++;
        return result;
    }
}
