using Hutch.Native.Hdf5;

namespace Hutch.Detectors.Images;

/// <summary>The images of a file: dataset <c>data</c> of the first group that has one, an image a row.</summary>
public sealed class StoredImages : IDisposable
{
    private const int ChunkRank = 3;

    private readonly Hdf5File _file;
    private readonly Hdf5Dataset _data;

    private StoredImages(Hdf5File file, Hdf5Dataset data, string name, ulong[] dimensions)
    {
        (_file, _data, DatasetName) = (file, data, name);
        (Images, Height, Width) = ((long)dimensions[0], (int)dimensions[1], (int)dimensions[2]);
        ElementType = data.NumberType?.Name ?? "other";
    }

    /// <summary>The dataset.</summary>
    public string DatasetName { get; }

    /// <summary>How many images there are.</summary>
    public long Images { get; }

    /// <summary>Rows of an image.</summary>
    public int Height { get; }

    /// <summary>Columns of an image.</summary>
    public int Width { get; }

    /// <summary>The type of a pixel as numpy names it.</summary>
    public string ElementType { get; }

    /// <summary>The group of the dataset.</summary>
    public string GroupName => DatasetName[..DatasetName.LastIndexOf('/')];

    /// <summary>Opens a file.</summary>
    /// <exception cref="UserErrorException">It is not there, or no file of images.</exception>
    public static StoredImages Open(string path)
    {
        if (!File.Exists(path))
            throw new UserErrorException($"file {path} does not exist; was it moved or removed?");
        Hdf5File? file = null;
        try
        {
            file = Hdf5File.OpenRead(path);
            var groups = file.Names("/");
            if (groups.Count == 0)
                throw new UserErrorException($"file {path} is empty");
            var name = $"/{groups.FirstOrDefault(g => file.Names($"/{g}").Contains("data")) ?? groups[0]}/data";
            var data = file.OpenDataset(name);
            var dimensions = data.Dimensions;
            if (dimensions.Length == ChunkRank)
                return new StoredImages(file, data, name, dimensions);
            data.Dispose();
            throw new UserErrorException($"dataset {name} of {path} has {dimensions.Length} dimensions; images have {ChunkRank}");
        }
        catch (Exception error) when (error is Hdf5Exception or UserErrorException)
        {
            file?.Dispose();
            throw error as UserErrorException ?? new UserErrorException($"file {path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads an image.</summary>
    /// <exception cref="UserErrorException">There is no such image, or it cannot be read.</exception>
    public byte[] Read(long image)
    {
        if (image < 0 || image >= Images)
            throw new UserErrorException($"image {image} is not in {_file.Path}; it has {Images}, counted from 0");
        var size = GreyScale.ElementBytes(ElementType);
        if (size == 0)
            throw new UserErrorException($"images of type {ElementType} cannot be shown");
        var pixels = new byte[(long)Width * Height * size];
        try
        {
            _data.ReadRows((ulong)image, pixels.AsSpan(), TypeOf(ElementType));
        }
        catch (Hdf5Exception error)
        {
            throw new UserErrorException($"image {image} of {_file.Path} cannot be read: {error.Message}", error);
        }
        return pixels;
    }

    /// <summary>Reads the id and the status of every image.</summary>
    /// <exception cref="Hdf5Exception">The file has none, or they cannot be read.</exception>
    public (ulong ImageId, ulong Status)[] ReadMetadata()
    {
        using var metadata = _file.OpenDataset($"{GroupName}/metadata");
        var rows = new (ulong ImageId, ulong Status)[metadata.Dimensions[0]];
        metadata.ReadRows(0, rows.AsSpan(), Hdf5Type.Compound(("image_id", Hdf5Type.UInt64), ("status", Hdf5Type.UInt64)));
        return rows;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _data.Dispose();
        _file.Dispose();
    }

    // The library converts: what is signed or wide is read as it is, for the sizes agree.
    private static Hdf5Type TypeOf(string type) => type switch
    {
        "uint8" => Hdf5Type.UInt8,
        "uint16" => Hdf5Type.UInt16,
        "uint32" => Hdf5Type.UInt32,
        "uint64" => Hdf5Type.UInt64,
        "int64" => Hdf5Type.Int64,
        "float32" => Hdf5Type.Float32,
        "float64" => Hdf5Type.Float64,
        _ => throw new UserErrorException($"images of type {type} cannot be shown"),
    };
}
