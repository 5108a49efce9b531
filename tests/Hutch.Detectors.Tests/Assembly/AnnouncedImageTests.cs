using Google.Protobuf;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Streams;

namespace Hutch.Detectors.Tests.Assembly;

public class AnnouncedImageTests
{
    private readonly DaqConfiguration _configuration = TestDetectors.Eiger(2);

    public static TheoryData<string, int, bool, bool> Sizes => new()
    {
        // compression, bytes more than those of an image, whether compressed images are taken, whether it is an image
        { "None", 0, false, true }, { "None", 0, true, true }, { "None", 1, true, false }, { "None", -1, true, false },
        { "H5BitshuffleLz4", 0, true, true }, { "H5BitshuffleLz4", -1, true, true }, { "H5BitshuffleLz4", 1, true, false },
        { "H5BitshuffleLz4", -1, false, false }, { "H5BitshuffleLz4", 0, false, false },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void An_image_has_the_bytes_of_the_detector_or_less_when_it_is_compressed(string compression, int more, bool takesCompressed, bool isOne)
    {
        var image = Image();
        image.Compression = Enum.Parse<ImageCompression>(compression);
        image.Size = (ulong)(_configuration.ImageBytes + more);

        Assert.Equal(isOne, Read(image, takesCompressed));
    }

    [Fact]
    public void An_image_of_another_shape_or_type_or_without_bytes_is_none_of_this_detector()
    {
        Assert.True(Read(Image(), takesCompressed: true));
        Action<ImageMetadata>[] changes =
        [
            i => i.Width++, i => i.Height--, i => i.Dtype = i.Dtype == ImageDataType.Float32 ? ImageDataType.Uint32 : ImageDataType.Float32,
            i => (i.Compression, i.Size) = (ImageCompression.H5BitshuffleLz4, 0),
        ];
        foreach (var change in changes)
        {
            var image = Image();
            change(image);
            Assert.False(Read(image, takesCompressed: true), $"{image}");
        }
    }

    [Fact]
    public void A_message_longer_than_its_buffer_or_cut_off_is_no_image()
    {
        var message = Image().ToByteArray();
        var image = new AnnouncedImage(_configuration);

        Assert.True(image.TryRead(message, message.Length));
        Assert.False(image.TryRead(message, message.Length + 1));
        Assert.False(image.TryRead(message, message.Length / 2));
    }

    private ImageMetadata Image() => new()
    {
        ImageId = 1, Width = (ulong)_configuration.ImageWidth, Height = (ulong)_configuration.ImageHeight, Size = (ulong)_configuration.ImageBytes, Dtype = _configuration.ImageType,
    };

    private bool Read(ImageMetadata image, bool takesCompressed)
    {
        var message = image.ToByteArray();
        return new AnnouncedImage(_configuration, takesCompressed).TryRead(message, message.Length);
    }
}
