using System.Runtime.InteropServices;
using Hutch.Detectors.Compression;
using Hutch.Detectors.Configuration;
using Hutch.Native.Hdf5;
using Hutch.Streams;

namespace Hutch.Detectors.Writing;

/// <summary>
/// An HDF5 file of images. Group <c>/detector_name</c>: <c>data</c> [n, height, width], a chunk an image; <c>metadata</c> [n], {u64 image_id,
/// u64 status}; <c>image_id</c> [n], u64, for older readers; <c>ledger</c>, JSON text: what was lost on the way. Image k is in row k, and there are
/// no more rows than images. What NeXus requires is stored beside that (<see cref="NexusLayout"/>). The chunks of a compressed file are bitshuffle-LZ4,
/// each as long as it is. Others may read it while it grows (SWMR).
/// </summary>
public sealed class ImageFile : IDisposable
{
    // Rows of the small datasets that make a chunk.
    private const int MetadataChunk = 1024;

    // How much of the disk is left free, so that there is room to close the file well.
    private const long Reserve = 1 << 20;

    private const long LookInterval = 50;   // ms

    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(1);
    private static readonly Hdf5Type MetadataType = Hdf5Type.Compound(("image_id", Hdf5Type.UInt64), ("status", Hdf5Type.UInt64));

    private static readonly Hdf5Type LedgerType = Hdf5Type.Text(16 << 10);

    private readonly Hdf5File _file;
    private readonly Hdf5Group _group;
    private readonly Hdf5Dataset _data;
    private readonly Hdf5Dataset _metadata;
    private readonly Hdf5Dataset _imageIds;
    private readonly Hdf5Dataset _ledger;
    private readonly List<(ulong ImageId, ulong Status)> _rows = new(MetadataChunk);
    private readonly List<ulong> _ids = new(MetadataChunk);
    private readonly DriveInfo _drive;
    private readonly long _imageBytes;
    private readonly bool _isCompressed;
    private ulong _flushedRows;
    private long _lastFlush = Environment.TickCount64;
    private long _lastLook;
    private long _room;

    private ImageFile(Hdf5File file, DaqConfiguration configuration, ImageFileOptions options)
    {
        _file = file;
        _drive = new DriveInfo(Path.GetDirectoryName(file.Path)!);
        _imageBytes = configuration.ImageBytes;
        _isCompressed = options.Compressed;
        _group = file.CreateGroup(configuration.DetectorName);
        _group.SetAttribute("run_id", (long)options.RunId);
        _group.SetAttribute("n_images_requested", (long)options.ImagesRequested);
        _data = _group.CreateDataset("data", PixelType(configuration), options.Compressed ? BitshuffleFilter.Settings(configuration.PixelBytes) : null,
            [1, (ulong)configuration.ImageHeight, (ulong)configuration.ImageWidth]);
        _metadata = _group.CreateDataset("metadata", MetadataType, MetadataChunk);
        _imageIds = _group.CreateDataset("image_id", Hdf5Type.UInt64, MetadataChunk);
        // Nothing can be added to a file that others may read already.
        _ledger = _group.CreateScalar("ledger", LedgerType);
        NexusLayout.Write(file, _group, _data, configuration);
        file.StartSwmr();
    }

    /// <summary>Images in the file.</summary>
    public ulong Images { get; private set; }

    /// <summary>Rows of the file as it is.</summary>
    public ulong Rows => _data.Dimensions[0];

    /// <summary>Makes the file.</summary>
    /// <exception cref="UserErrorException">It cannot be created; nothing is left behind.</exception>
    public static ImageFile Create(DaqConfiguration configuration, string path, ImageFileOptions? options = null)
    {
        options ??= new ImageFileOptions();
        OutputFile.Check(path, configuration.WriterUserId >= 1 ? configuration.WriterUserId : null);
        Hdf5File? file = null;
        try
        {
            if (options.Compressed)
                BitshuffleFilter.Register();
            file = Hdf5File.Create(path, newest: true);
            var images = new ImageFile(file, configuration, options);
            images.EnsureSpace();
            file.Flush();
            return images;
        }
        catch (Exception error) when (error is IOException or UserErrorException)
        {
            file?.Dispose();
            File.Delete(path);
            throw error as UserErrorException ?? new UserErrorException($"output file {path} cannot be created: {error.Message}; choose another one", error);
        }
    }

    /// <summary>The file's type for the pixels of a detector.</summary>
    public static Hdf5Type PixelType(DaqConfiguration configuration) => configuration.ImageType switch
    {
        ImageDataType.Uint8 => Hdf5Type.UInt8,
        ImageDataType.Uint16 => Hdf5Type.UInt16,
        ImageDataType.Uint32 => Hdf5Type.UInt32,
        ImageDataType.Float32 => Hdf5Type.Float32,
        _ => throw new NotSupportedException($"images of type {configuration.ImageType}"),
    };

    /// <summary>Whether an image can be put into this file: it has the size, and the compression, of the file's.</summary>
    public bool Takes(ImageMetadata image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.Compression switch
        {
            ImageCompression.None => image.Size == (ulong)_imageBytes,
            ImageCompression.H5BitshuffleLz4 => _isCompressed && image.Size is > 0 and var size && size <= (ulong)_imageBytes,
            _ => false,
        };
    }

    /// <summary>Writes an image after the others. It counts only after <see cref="Keep"/>.</summary>
    /// <param name="slot">Where the image begins.</param>
    /// <param name="image">Its size and compression.</param>
    /// <exception cref="UserErrorException">The disk is full.</exception>
    /// <exception cref="Hdf5Exception">The file system refused.</exception>
    public void Write(ReadOnlySpan<byte> slot, ImageMetadata image)
    {
        ArgumentNullException.ThrowIfNull(image);
        // An image that no compression makes smaller comes as it is.
        Write(slot[..(int)image.Size], _isCompressed && image.Compression == ImageCompression.None ? BitshuffleFilter.Skipped : 0);
    }

    /// <summary>Writes an image, as it is to stand in the file, after the others. It counts only after <see cref="Keep"/>.</summary>
    /// <param name="pixels">The pixels, or the chunk of a compressed file.</param>
    /// <param name="skippedFilters"><see cref="BitshuffleFilter.Skipped"/> for an image of a compressed file that is not compressed, otherwise 0.</param>
    /// <exception cref="UserErrorException">The disk is full.</exception>
    /// <exception cref="Hdf5Exception">The file system refused.</exception>
    public void Write(ReadOnlySpan<byte> pixels, uint skippedFilters = 0)
    {
        EnsureSpace();
        _data.SetLength(Images + 1);
        _data.WriteChunk(Images, pixels, skippedFilters);
    }

    /// <summary>Takes the image written last into the file; without this the next one takes its row.</summary>
    public void Keep(ulong imageId, ImageStatus status)
    {
        Images++;
        _rows.Add((imageId, (ulong)status));
        _ids.Add(imageId);
        if (Environment.TickCount64 - _lastFlush >= FlushInterval.TotalMilliseconds)
            Flush();
    }

    /// <summary>Puts what was lost on the way into the file (dataset <c>ledger</c>, JSON).</summary>
    /// <exception cref="Hdf5Exception">The file system refused.</exception>
    public void SetLedger(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var text = new byte[LedgerType.Size];
        _ = System.Text.Encoding.UTF8.TryGetBytes(json, text.AsSpan(0, text.Length - 1), out _);
        _ledger.WriteScalar(text, LedgerType);
    }

    /// <summary>Brings all images into the file in such a way that it opens, whatever happens to this process.</summary>
    /// <exception cref="Hdf5Exception">The file system refused.</exception>
    public void Flush()
    {
        _lastFlush = Environment.TickCount64;
        _data.SetLength(Images);
        _metadata.SetLength(Images);
        _imageIds.SetLength(Images);
        _metadata.WriteRows<(ulong, ulong)>(_flushedRows, CollectionsMarshal.AsSpan(_rows), MetadataType);
        _imageIds.WriteRows<ulong>(_flushedRows, CollectionsMarshal.AsSpan(_ids), Hdf5Type.UInt64);
        _flushedRows = Images;
        _rows.Clear();
        _ids.Clear();
        _file.Flush();
    }

    /// <summary>Closes the file. Call <see cref="Flush"/> first.</summary>
    public void Dispose()
    {
        _data.Dispose();
        _metadata.Dispose();
        _imageIds.Dispose();
        _ledger.Dispose();
        _group.Dispose();
        _file.Dispose();
    }

    // Asking the file system takes as long as writing a small image. What was free is good for a while, less what was written since, and half of
    // the reserve: others write too.
    private void EnsureSpace()
    {
        _room -= _imageBytes;
        if (_room >= 0 && Environment.TickCount64 - _lastLook < LookInterval)
            return;
        var free = _drive.AvailableFreeSpace;
        (_lastLook, _room) = (Environment.TickCount64, Reserve / 2);
        if (free < _imageBytes + Reserve)
            throw new UserErrorException($"the disk of {_file.Path} is full: {free} bytes are free, the next image has {_imageBytes}; make room or write elsewhere");
    }
}
