using System.Text.Json.Serialization;

namespace Hutch.Acquisitions;

/// <summary>A file of images, in short.</summary>
/// <param name="FileName">The file.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="DatasetName">The dataset of the images.</param>
/// <param name="Images">How many there are.</param>
/// <param name="Height">Rows of an image.</param>
/// <param name="Width">Columns of an image.</param>
/// <param name="Type">The type of a pixel as numpy names it.</param>
public sealed record FileFacts(
    [property: JsonPropertyName("filename")] string FileName,
    [property: JsonPropertyName("file_size")] long Bytes,
    [property: JsonPropertyName("dataset_name")] string DatasetName,
    [property: JsonPropertyName("n_images")] long Images,
    [property: JsonPropertyName("image_pixel_height")] int Height,
    [property: JsonPropertyName("image_pixel_width")] int Width,
    [property: JsonPropertyName("dtype")] string Type);
