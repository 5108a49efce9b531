using System.ComponentModel;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Daq;
using Hutch.Web.Description;

namespace Hutch.Web.Api.Acquisitions;

[Description("What an acquisition would need, before it is started.")]
[Example("""{"expected_bytes": 217497600, "free_bytes": 52428800000, "folder": "/data", "image_bytes": 2174976, "error": null}""")]
internal sealed record AcquisitionPlan(
    [property: Description("Bytes of pixels, uncompressed.")] decimal ExpectedBytes,
    [property: Description("Free bytes where the file would be; null if unknown.")] long? FreeBytes,
    [property: Description("The folder of the file.")] string? Folder,
    [property: Description("Bytes of an image.")] long ImageBytes,
    [property: Description("Why it could not be started, or null.")] string? Error)
{
    /// <summary>Looks at a place and a number of images.</summary>
    public static AcquisitionPlan Make(DaqConfiguration configuration, long images, string file)
    {
        string? error = null;
        try
        {
            OutputPlace.Check(file, configuration.WriterUserId);
        }
        catch (Exception refused) when (refused is UserErrorException or IOException or UnauthorizedAccessException)
        {
            error = refused.Message;
        }
        var folder = System.IO.Path.GetDirectoryName(file);
        long? free = folder is { Length: > 0 } && Directory.Exists(folder) ? new DriveInfo(folder).AvailableFreeSpace : null;
        var expected = (decimal)images * configuration.ImageBytes;
        if (error is null && free < expected)
            error = $"{folder} has {free} bytes free, and {images} images have {expected:0}; free some space, write elsewhere, or write fewer";
        return new AcquisitionPlan(expected, free, folder, configuration.ImageBytes, error);
    }
}
