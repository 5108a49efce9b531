using System.Runtime.InteropServices;
using Hutch.Detectors.Images;
using Hutch.Web.Tests.Deployed;

namespace Hutch.Web.Tests.Images;

public class PictureTests
{
    [Fact]
    public void Values_are_spread_from_the_darkest_to_the_brightest()
    {
        ushort[] pixels = [100, 200, 300, 1120, 100, 100];
        Assert.Equal([0, 25, 50, 255, 0, 0], GreyScale.Convert(MemoryMarshal.AsBytes<ushort>(pixels), "uint16", 3, 2));
        Assert.Equal([0, 0], GreyScale.Convert(MemoryMarshal.AsBytes<float>([float.NaN, float.PositiveInfinity]), "float32", 2, 1));
        Assert.Throws<UserErrorException>(() => GreyScale.Convert([1, 2], "uint16", 2, 1));
        Assert.Throws<UserErrorException>(() => GreyScale.Convert([1, 2], "complex64", 1, 1));
    }

    [Fact]
    public void Hot_goes_from_black_over_red_and_yellow_to_white()
    {
        Assert.Equal([0, 0, 0], HotColours.Of(0).ToArray());
        Assert.Equal([255, 255, 255], HotColours.Of(255).ToArray());
        Assert.Equal((255, 0), (HotColours.Of(96)[0], HotColours.Of(96)[2]));
        Assert.Equal((255, 255), (HotColours.Of(192)[0], HotColours.Of(192)[1]));
    }

    [Fact]
    public void A_picture_becomes_a_jpeg_of_its_size()
    {
        var picture = new Picture(33, 17);
        picture.DrawRectangle(-5, 2, 40, 30, 0, 255, 0);
        Assert.Equal([0, 255, 0], picture.Rgb.AsSpan(((2 * 33) + 3) * 3, 3).ToArray());
        Assert.Equal((33, 17), Live.LiveTests.JpegSize(picture.ToJpeg()));
    }
}
