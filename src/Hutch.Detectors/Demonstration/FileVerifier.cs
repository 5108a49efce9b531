using Hutch.Detectors.Assembly;
using Hutch.Detectors.Compression;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Simulation;
using Hutch.Native.Hdf5;
using Hutch.Streams;

namespace Hutch.Detectors.Demonstration;

/// <summary>Reads a file of simulated images back and compares every pixel with what was sent.</summary>
public static unsafe class FileVerifier
{
    private static readonly Hdf5Type MetadataType = Hdf5Type.Compound(("image_id", Hdf5Type.UInt64), ("status", Hdf5Type.UInt64));

    /// <summary>Compares a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="configuration">The detector.</param>
    /// <param name="pattern">What the detector saw.</param>
    /// <param name="isDropped">
    /// Which packets (image id, module) were not sent; their pixels must be 0. Null if that is not known: then an image that misses packets may have
    /// zeros anywhere, and the ids may start again.
    /// </param>
    /// <returns>The errors; empty if there are none.</returns>
    /// <exception cref="Hdf5Exception">The file cannot be read.</exception>
    public static IReadOnlyList<string> Verify(
        string path, DaqConfiguration configuration, IPixelPattern pattern, Func<ulong, int, IReadOnlyList<int>>? isDropped)
    {
        BitshuffleFilter.Register();
        using var file = Hdf5File.OpenRead(path);
        using var data = file.OpenDataset($"/{configuration.DetectorName}/data");
        using var metadata = file.OpenDataset($"/{configuration.DetectorName}/metadata");
        var count = (int)data.Dimensions[0];
        var errors = new List<string>();
        if (metadata.Dimensions[0] != (ulong)count)
            errors.Add($"data has {count} rows, metadata {metadata.Dimensions[0]}");
        var rows = new (ulong Id, ulong Status)[metadata.Dimensions[0]];
        metadata.ReadRows(0, rows.AsSpan(), MetadataType);

        var image = new Expectation(configuration, pattern);
        var pixels = new byte[configuration.ImageBytes];
        for (var row = 0; row < Math.Min(count, rows.Length) && errors.Count < 10; row++)
        {
            var (id, status) = rows[row];
            data.ReadRows((ulong)row, pixels.AsSpan(), Writing.ImageFile.PixelType(configuration));
            var hasDropped = image.Compute(id, isDropped ?? ((_, _) => [])) || (isDropped is null && status == (ulong)ImageStatus.MissingPackets);
            var expectedStatus = hasDropped ? ImageStatus.MissingPackets : ImageStatus.GoodImage;
            if (status != (ulong)expectedStatus)
                errors.Add($"row {row} (image {id}): status is {status}, but must be {(int)expectedStatus}");
            if (isDropped is null && hasDropped)
                image.Forgive(pixels);
            var different = pixels.AsSpan().CommonPrefixLength(image.Pixels);
            if (different < pixels.Length)
                errors.Add($"row {row} (image {id}): differs from byte {different} onwards (image row {different / (configuration.ImageWidth * configuration.PixelBytes)})");
            if (row > 0 && id <= rows[row - 1].Id && isDropped is not null)
                errors.Add($"row {row}: image {id} comes after image {rows[row - 1].Id}");
        }
        return errors;
    }

    // The image that must be in the file.
    private sealed class Expectation(DaqConfiguration configuration, IPixelPattern pattern)
    {
        private readonly List<(int Module, FrameEncoder Encoder, FrameConverter Converter)> _modules =
            [.. configuration.ActiveModules.Select(m => (m, new FrameEncoder(configuration, m, pattern), new FrameConverter(configuration, m)))];

        private readonly byte[] _frame = new byte[configuration.Kind.Layout(configuration).FrameBytes];

        internal byte[] Pixels { get; } = new byte[configuration.ImageBytes];

        /// <summary>Takes for right what is 0 in an image.</summary>
        internal void Forgive(ReadOnlySpan<byte> pixels)
        {
            for (var i = 0; i < pixels.Length; i++)
            {
                if (pixels[i] == 0)
                    Pixels[i] = 0;
            }
        }

        internal bool Compute(ulong id, Func<ulong, int, IReadOnlyList<int>> isDropped)
        {
            var layout = configuration.Kind.Layout(configuration);
            var hasDropped = false;
            foreach (var (module, encoder, converter) in _modules)
            {
                encoder.Encode(id, _frame);
                var dropped = isDropped(id, module);
                hasDropped |= dropped.Count > 0;
                foreach (var packet in dropped)
                {
                    _frame.AsSpan((int)layout.Offset(packet), layout.Data(packet)).Clear();
                }
                fixed (byte* frame = _frame, image = Pixels)
                    converter.Convert(frame, image, dropped.Count > 0);
            }
            return hasDropped;
        }
    }
}
