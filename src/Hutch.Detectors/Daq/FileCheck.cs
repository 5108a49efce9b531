using Hutch.Acquisitions;
using System.Text.Json.Nodes;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Images;
using Hutch.Streams;

namespace Hutch.Detectors.Daq;

/// <summary>Compares the files of an acquisition with what the log says of it, and makes a thumbnail.</summary>
internal sealed class FileCheck(DaqConfiguration configuration, string validator)
{
    private const int ThumbnailWidth = 160;
    private const int ThumbnailFrames = 10;

    private readonly List<byte[]> _frames = [];
    private (int Width, int Height) _frameSize;

    internal FileReport Report { get; } = new() { Validator = validator };

    /// <summary>The thumbnail, or null if there is no image.</summary>
    internal byte[]? Thumbnail => _frames.Count == 0 ? null : GifEncoder.Encode(_frames, _frameSize.Width, _frameSize.Height, TimeSpan.FromMilliseconds(200));

    internal void Run(JsonObject log)
    {
        var path = (string?)log["info"]?["output_file"] ?? "";
        var written = (long?)log["stats"]?["n_write_completed"] ?? 0;
        var writers = Math.Max(1, configuration.Writers);
        foreach (var file in writers == 1 ? [path] : Enumerable.Range(0, writers).Select(i => $"{path}{i}.h5"))
            Look(file);
        if (Report.Images != written)
            Report.Errors.Add($"the log says that {written} images were written, the files have {Report.Images}");
        if ((long?)log["info"]?["n_images"] is { } wanted && written < wanted)
            Report.Warnings.Add($"{wanted} images were requested, {written} were written: {(string?)log["message"]}");
        if (Report.WithMissingPackets > 0)
            Report.Warnings.Add($"{Report.WithMissingPackets} images miss packets");
    }

    private void Look(string file)
    {
        try
        {
            using var images = StoredImages.Open(file);
            Report.Files.Add(new FileFacts(file, new FileInfo(file).Length, images.DatasetName, images.Images, images.Height, images.Width, images.ElementType));
            if ((images.Height, images.Width) != (configuration.ImageHeight, configuration.ImageWidth))
                Report.Errors.Add($"{file}: images have {images.Width} x {images.Height} pixels, the detector {configuration.ImageWidth} x {configuration.ImageHeight}");
            if (images.GroupName != $"/{configuration.DetectorName}")
                Report.Errors.Add($"{file}: the images are in {images.DatasetName}, not in /{configuration.DetectorName}");
            CheckRows(file, images, images.ReadMetadata());
            AddFrames(images);
        }
        catch (Exception error) when (error is UserErrorException or IOException)
        {
            Report.Errors.Add(error.Message);
        }
    }

    private void CheckRows(string file, StoredImages images, (ulong ImageId, ulong Status)[] rows)
    {
        if (rows.LongLength != images.Images)
            Report.Errors.Add($"{file}: {images.Images} images, but metadata of {rows.Length}");
        Report.WithMissingPackets += rows.LongCount(r => r.Status == (ulong)ImageStatus.MissingPackets);
        if (rows.Count(r => r.Status is not ((ulong)ImageStatus.GoodImage or (ulong)ImageStatus.MissingPackets)) is > 0 and var odd)
            Report.Errors.Add($"{file}: {odd} images have a status that no image can have");
        if (rows.DistinctBy(r => r.ImageId).Count() is var distinct && distinct != rows.Length)
            Report.Errors.Add($"{file}: {rows.Length - distinct} image ids appear twice");
    }

    private void AddFrames(StoredImages images)
    {
        if (GreyScale.ElementBytes(images.ElementType) == 0)
            return;
        var step = Math.Max(1, (images.Width + ThumbnailWidth - 1) / ThumbnailWidth);
        var size = ((images.Width + step - 1) / step, (images.Height + step - 1) / step);
        if (_frames.Count > 0 && size != _frameSize)
            return;
        _frameSize = size;
        var count = Math.Min(ThumbnailFrames - _frames.Count, images.Images);
        for (var i = 0; i < count; i++)
            _frames.Add(GreyScale.Convert(images.Read(i * images.Images / count), images.ElementType, images.Width, images.Height, step));
    }
}
