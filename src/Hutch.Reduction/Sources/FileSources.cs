using Hutch.Native.Hdf5;
using Hutch.Reduction.Configuration;
using Hutch.Reduction.Sources.Adara;

namespace Hutch.Reduction.Sources;

/// <summary>Replays recorded runs: HDF5 files of images or of events, each a run, and recorded ADARA streams; in the order of their names.</summary>
internal sealed class FileSources(IReadOnlyList<string> paths, ReductionConfiguration configuration, string? geometryFile) : IChunkSource
{
    private int _next;
    private IRecordedRun? _open;

    public string Description => paths.Count == 1 ? $"file {paths[0]}" : $"{paths.Count} files, the first {paths[0]}";

    public bool CanRewind => true;

    /// <exception cref="UserErrorException">There is no such file.</exception>
    public static FileSources Open(string path, ReductionConfiguration configuration, string? geometryFile)
    {
        var folder = Path.GetDirectoryName(path)!;
        string[] files = File.Exists(path) ? [path] : Directory.Exists(folder) ? Directory.GetFiles(folder, Path.GetFileName(path)) : [];
        return files.Length > 0
            ? new FileSources([.. files.Order(StringComparer.Ordinal)], configuration, geometryFile)
            : throw new UserErrorException($"listener file:{path}: there is no such file");
    }

    public void Rewind()
    {
        _open?.Dispose();
        (_open, _next) = (null, 0);
    }

    public bool Read(IChunkSink sink, CancellationToken stop)
    {
        if (_open is null)
        {
            if (_next == paths.Count)
                return false;
            _open = OpenRun(paths[_next++]);
        }
        if (_open.Read(sink, stop))
            return true;
        _open.Dispose();
        _open = null;
        return true;
    }

    public void Dispose() => _open?.Dispose();

    private IRecordedRun OpenRun(string path)
    {
        if (path.EndsWith(RecordedAdara.Extension, StringComparison.OrdinalIgnoreCase))
            return new RecordedAdara(path, configuration, geometryFile);
        try
        {
            var file = Hdf5File.OpenRead(path);
            return (IRecordedRun?)RecordedEvents.TryOpen(file, configuration) ?? RecordedImages.TryOpen(file)
                ?? throw new UserErrorException($"{path} has neither images (a dataset GROUP/data of three dimensions) nor events (groups with event_id, event_time_offset, event_time_zero and event_index)");
        }
        catch (Hdf5Exception error)
        {
            throw new UserErrorException($"{path} cannot be read: {error.Message}", error);
        }
    }
}
