using Hutch.Detectors.Writing;
using Hutch.Native.Hdf5;
using Hutch.Streams;

namespace Hutch.Detectors.Tests.Writing;

public sealed class ImageFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hutch test ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_has_as_many_rows_as_images_were_kept()
    {
        var configuration = TestDetectors.Eiger(1);
        var path = Path.Combine(_folder, "a.h5");
        var first = Pixels(configuration.ImageBytes, 1);
        var third = Pixels(configuration.ImageBytes, 3);
        using (var file = ImageFile.Create(configuration, path))
        {
            file.Write(first);
            file.Keep(100, ImageStatus.GoodImage);
            file.Write(Pixels(configuration.ImageBytes, 2));   // overwritten in the ring meanwhile, so not kept
            file.Write(third);
            file.Keep(102, ImageStatus.MissingPackets);
            file.Write(Pixels(configuration.ImageBytes, 4));
            file.Flush();
        }

        using var read = Hdf5File.OpenRead(path);
        using var data = read.OpenDataset($"/{configuration.DetectorName}/data");
        using var ids = read.OpenDataset($"/{configuration.DetectorName}/image_id");
        var found = new byte[2 * configuration.ImageBytes];
        data.ReadRows(0, found.AsSpan(), Hdf5Type.UInt8);
        var foundIds = new ulong[2];
        ids.ReadRows(0, foundIds.AsSpan(), Hdf5Type.UInt64);
        Assert.Equal([2UL, (ulong)configuration.ImageHeight, (ulong)configuration.ImageWidth], data.Dimensions);
        Assert.Equal([100UL, 102UL], foundIds);
        Assert.True(found.AsSpan().SequenceEqual([.. first, .. third]));
    }

    [Theory]
    [InlineData("relative.h5", "relative path")]
    [InlineData("/hutch-no-such-folder/a.h5", "mkdir -p '/hutch-no-such-folder'")]
    [InlineData("/tmp", "is a folder")]
    public void An_output_file_that_cannot_be_is_refused_with_the_way_out(string path, string message)
    {
        var error = Assert.Throws<UserErrorException>(() => ImageFile.Create(TestDetectors.Eiger(1), path));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static byte[] Pixels(long count, int seed)
    {
        var pixels = new byte[count];
        new Random(seed).NextBytes(pixels);
        return pixels;
    }
}
