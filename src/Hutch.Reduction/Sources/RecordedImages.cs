using Hutch.Native.Hdf5;
using Hutch.Reduction.Chunks;
using Hutch.LiveResults;

namespace Hutch.Reduction.Sources;

/// <summary>Images of a file as the writer leaves it: <c>GROUP/data</c> [n, height, width], and their ids in <c>GROUP/image_id</c>.</summary>
internal sealed class RecordedImages : IRecordedRun
{
    private readonly Hdf5File _file;
    private readonly Hdf5Dataset _data;
    private readonly Hdf5Type _element;
    private readonly ulong[] _dimensions;
    private readonly ulong[] _ids;
    private readonly string _run;
    private ulong _next;

    private RecordedImages(Hdf5File file, Hdf5Dataset data, Hdf5Type element, ulong[] ids)
    {
        (_file, _data, _element, _ids, _dimensions) = (file, data, element, ids, data.Dimensions);
        _run = Path.GetFileNameWithoutExtension(file.Path);
    }

    public static RecordedImages? TryOpen(Hdf5File file)
    {
        foreach (var group in file.Names("/").SelectMany(n => file.Names($"/{n}").Contains("data") ? [$"/{n}"] : file.Names($"/{n}").Select(m => $"/{n}/{m}")))
        {
            if (file.TryOpenDataset($"{group}/data") is not { } data)
                continue;
            if (data.Dimensions.Length == 3 && data.NumberType is { } element)
                return new RecordedImages(file, data, element, Ids(file, group, data.Dimensions[0]));
            data.Dispose();
        }
        return null;
    }

    public bool Read(IChunkSink sink, CancellationToken stop)
    {
        if (_next >= _dimensions[0])
        {
            sink.Submit(EndOfRun.Of(_run));
            return false;
        }
        var row = _next++;
        var block = sink.Reserve((long)(_dimensions[1] * _dimensions[2]) * _element.Size, stop);
        _data.ReadRows(row, sink.Span(block), _element);
        sink.Submit(new Chunk
        {
            Run = _run,
            Type = NumpyName(_element),
            Shape = [(long)_dimensions[1], (long)_dimensions[2]],
            Block = block,
            Attributes = new Dictionary<string, object?> { ["image_ids"] = new[] { _ids[row] }, ["units"] = "counts" },
        });
        return true;
    }

    public void Dispose()
    {
        _data.Dispose();
        _file.Dispose();
    }

    private static ulong[] Ids(Hdf5File file, string group, ulong count)
    {
        var ids = new ulong[count];
        using var recorded = file.TryOpenDataset($"{group}/image_id");
        if (recorded is not null && recorded.Dimensions is [var length] && length >= count)
            recorded.ReadRows<ulong>(0, ids, Hdf5Type.UInt64);
        else
            for (var i = 0; i < ids.Length; i++)
                ids[i] = (ulong)i + 1;
        return ids;
    }

    private static string NumpyName(Hdf5Type type) =>
        type == Hdf5Type.UInt8 ? NumpyType.UInt8 : type == Hdf5Type.UInt16 ? NumpyType.UInt16 : type == Hdf5Type.UInt32 ? NumpyType.UInt32
        : type == Hdf5Type.UInt64 ? NumpyType.UInt64 : type == Hdf5Type.Int8 ? "|i1" : type == Hdf5Type.Int16 ? "<i2" : type == Hdf5Type.Int32 ? "<i4"
        : type == Hdf5Type.Int64 ? NumpyType.Int64 : type == Hdf5Type.Float32 ? NumpyType.Float32 : NumpyType.Float64;
}
