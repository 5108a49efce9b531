using Hutch.Acquisitions;
using System.Text.Json.Nodes;
using Hutch.Detectors.Daq;
using Hutch.Native.Hdf5;
using Hutch.Store;
using Hutch.Web.Answers;

namespace Hutch.Web.Api.Files;

/// <summary>The files that may be looked into: those of the acquisitions that this server knows, and no others.</summary>
internal sealed class KnownFiles(Instrument instrument)
{
    private const int Newest = 1000;

    /// <summary>A file that is in the list stays known for this long; for one that is not, the list is read again, at most once a second.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(10);

    private volatile HashSet<string> _known = [];
    private long _readAt = long.MinValue / 2;

    /// <summary>The files of the present acquisition.</summary>
    public IReadOnlyList<string> Present => instrument.Daq.Status.Acquisition is { } run ? run.Files.Count > 0 ? run.Files : [run.Info.OutputFile] : [];

    /// <summary>Does something with a file that is known.</summary>
    /// <exception cref="NotFoundException">It is not known, or not there.</exception>
    /// <exception cref="UserErrorException">It cannot be read.</exception>
    public async Task<T> WithAsync<T>(string path, Func<Hdf5File, T> work, CancellationToken cancel)
    {
        if (!Present.Contains(path) && !await IsKnownAsync(path, cancel).ConfigureAwait(false))
            throw new NotFoundException($"File not found: {path} is not a file of an acquisition of this detector");
        return await OwnThread.RunAsync(() =>
        {
            if (!File.Exists(path))
                throw new NotFoundException($"File not found: {path} no longer exists");
            try
            {
                using var file = Hdf5File.OpenRead(path);
                return work(file);
            }
            catch (Hdf5Exception error)
            {
                throw new UserErrorException($"{path} cannot be read: {error.Message}; while it is being written, try again", error);
            }
        }).ConfigureAwait(false);
    }

    /// <summary>The files of an acquisition's record.</summary>
    public static IEnumerable<string> Of(JsonObject record) => record["files"] is JsonArray files ? files.Select(f => (string?)f).OfType<string>() : [];

    private async Task<bool> IsKnownAsync(string path, CancellationToken cancel)
    {
        var age = Environment.TickCount64 - Interlocked.Read(ref _readAt);
        var isKnown = _known.Contains(path);
        if (age < (isKnown ? Age.TotalMilliseconds : 1000))
            return isKnown;
        var entries = await instrument.Store.NewestAsync(DaqKeys.Acquisitions, Newest, cancel).ConfigureAwait(false);
        _known = [.. entries.Select(AcquisitionLog.ReadObject).SelectMany(Of)];
        Interlocked.Exchange(ref _readAt, Environment.TickCount64);
        return _known.Contains(path);
    }
}
