using Hutch.Acquisitions;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Daq;
using Hutch.Detectors.Images;
using Hutch.Web.Answers;
using Hutch.Web.Description;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Hutch.Web.Deployed;

/// <summary><c>/file</c>: what is in the files of the log.</summary>
internal sealed class FileEndpoints(Instrument instrument, ILogger<FileEndpoints> logger) : IDisposable
{
    private const string Live = "live";

    // The HDF5 library lets one thread in at a time, and drawing takes a processor: more at once would only keep more threads waiting.
    private readonly SemaphoreSlim _files = new(2);

    public void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/file").WithTags("Files (deployed)");
        group.Get("/{id}", (HttpContext c, string id) => Envelope.RunAsync(c, logger, () => GetMetadataAsync(id))).WithSummary("What is in the file of an acquisition.").Answers<FileAnswer>();
        group.Get("/{id}/{image}", (HttpContext c, string id, string image) => Envelope.RunAsync(c, logger, () => GetImageAsync(c.Request, id, image)))
            .WithSummary("An image of a file as JPEG; with module_map=1 the modules are framed.").AnswersWith("image/jpeg")
            .Query<int>("module_map", "1 frames the modules; 0 by default.").Query<int>("gaps", "Has no effect: images are stored with their gaps.");
    }

    public void Dispose() => _files.Dispose();

    private async Task<IResult> GetMetadataAsync(string id)
    {
        var path = await FindAsync(id).ConfigureAwait(false);
        using var images = await ReadAsync(() => StoredImages.Open(path)).ConfigureAwait(false);
        return Envelope.Ok("Metadata retrieved.", ("file_metadata", new JsonObject
        {
            ["filename"] = path,
            ["file_size"] = new FileInfo(path).Length,
            ["log_id"] = id,
            ["dataset_name"] = images.DatasetName,
            ["n_images"] = images.Images,
            ["image_pixel_height"] = images.Height,
            ["image_pixel_width"] = images.Width,
            ["dtype"] = images.ElementType,
        }));
    }

    private async Task<IResult> GetImageAsync(HttpRequest request, string id, string image)
    {
        var number = RequestReader.PathNumber("i_image", image);
        var modules = RequestReader.QueryNumber(request, "module_map");
        _ = RequestReader.QueryNumber(request, "gaps");   // images stand in the files with their gaps
        if (number < 0 || number > long.MaxValue)
            throw new UserErrorException($"there is no image {image}; images are counted from 0");
        var path = id == Live ? null : await FindAsync(id).ConfigureAwait(false);
        return Results.Bytes(await ReadAsync(() => Render(path, (long)number, modules == 1)).ConfigureAwait(false), "image/jpeg");
    }

    private async Task<T> ReadAsync<T>(Func<T> work)
    {
        await _files.WaitAsync().ConfigureAwait(false);
        try
        {
            return await OwnThread.RunAsync(work).ConfigureAwait(false);
        }
        finally
        {
            _files.Release();
        }
    }

    private byte[] Render(string? path, long image, bool modules)
    {
        var detector = instrument.Daq.Configuration;
        var picture = path is null ? new Picture(detector.ImageWidth, detector.ImageHeight) : Draw(path, image);
        if (modules)
            Frame(picture, detector);
        return picture.ToJpeg();
    }

    private static Picture Draw(string path, long image)
    {
        using var images = StoredImages.Open(path);
        return Picture.Hot(GreyScale.Convert(images.Read(image), images.ElementType, images.Width, images.Height), images.Width, images.Height);
    }

    private static void Frame(Picture picture, DaqConfiguration detector)
    {
        foreach (var place in detector.ModulePositions.Values)
            picture.DrawRectangle(place.StartX, place.StartY, place.EndX, place.EndY, 0, 255, 0);
    }

    private async Task<string> FindAsync(string id)
    {
        var log = await AcquisitionLog.FindAsync(instrument.Store, id).ConfigureAwait(false);
        var path = (log?["info"]?["output_file"] as JsonValue)?.GetValueKind() == JsonValueKind.String ? (string?)log!["info"]!["output_file"] : null;
        if (path is null)
            throw new UserErrorException($"Cannot find log with log_id={id}");
        // Of several files of one acquisition the first is shown.
        return File.Exists(path) ? path : string.Create(CultureInfo.InvariantCulture, $"{path}0.h5") is var first && File.Exists(first) ? first : path;
    }
}
