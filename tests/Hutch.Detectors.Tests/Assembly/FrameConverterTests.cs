using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;
using Hutch.Detectors.Simulation;

namespace Hutch.Detectors.Tests.Assembly;

public sealed unsafe class FrameConverterTests : IDisposable
{
    private readonly string _gains = Path.GetTempFileName();

    public void Dispose() => File.Delete(_gains);

    public static TheoryData<string> Codings => ["jungfrau", "jungfrau-converted", "eiger 8", "eiger 16", "eiger 32", "gigafrost", "odd gigafrost"];

    [Theory]
    [MemberData(nameof(Codings))]
    public void A_converted_image_is_the_one_that_a_loop_over_the_pixels_gives_and_nothing_is_allocated(string coding)
    {
        var configuration = Configuration(coding);
        var expected = new byte[configuration.ImageBytes];
        var found = GC.AllocateArray<byte>((int)configuration.ImageBytes + 64, pinned: true).AsSpan();
        fixed (byte* start = found)
            found = found[(int)(-(nint)start & 63)..][..(int)configuration.ImageBytes];   // as images lie in a ring
        var allocated = 0L;
        foreach (var module in configuration.ActiveModules)
        {
            var encoder = new FrameEncoder(configuration, module, new TestPattern());
            var frame = new byte[encoder.FrameBytes];
            encoder.Encode(7, frame);
            PixelByPixel(configuration, module, frame, expected);
            var converter = new FrameConverter(configuration, module);
            fixed (byte* source = frame, target = found)
            {
                var (from, to) = ((nint)source, (nint)target);
                converter.Convert(source, target);
                allocated += Allocations.Of(() => converter.Convert((byte*)from, (byte*)to));
            }
        }

        Assert.True(found.SequenceEqual(expected));
        Assert.Equal(0, allocated);
    }

    private DaqConfiguration Configuration(string coding)
    {
        switch (coding)
        {
            case "jungfrau":
                return TestDetectors.Jungfrau(2);
            case "gigafrost":
                return TestDetectors.Gigafrost();
            case "odd gigafrost":
                return TestDetectors.OddGigafrost();
            case "jungfrau-converted":
                SimulatedGains.Write(_gains, 2);
                return TestDetectors.Jungfrau(2) with
                {
                    DetectorType = coding,
                    Gain = new GainSettings { File = _gains, Gains = "/parameters/gains", Pedestals = "/parameters/pedestals" },
                };
            default:
                return TestDetectors.Eiger(4, int.Parse(coding.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    private static void PixelByPixel(DaqConfiguration configuration, int module, byte[] frame, byte[] image)
    {
        var geometry = configuration.Kind.Geometry(configuration, module)!;
        var coding = configuration.Kind.Coding(configuration);
        var correction = coding == PixelCoding.GainAdc ? new GainCorrection(GainParameters.Read(configuration, module), configuration.Gain.Rule) : null;
        fixed (byte* source = frame, target = image)
        {
            for (var row = 0; row < geometry.Rows; row++)
            {
                foreach (var segment in geometry.Segments)
                {
                    for (var column = segment.Column; column < segment.Column + segment.Length; column += 2)
                    {
                        var pixel = (row * geometry.Columns) + column;
                        var place = target + ((((long)geometry.ImageRow(row) * configuration.ImageWidth) + segment.ImageColumn + column - segment.Column) * configuration.PixelBytes);
                        if (coding == PixelCoding.Packed12)
                            Packed12.UnpackScalar(source + (pixel * 3 / 2), (ushort*)place, 2);
                        else if (correction is not null)
                            correction.ConvertScalar((ushort*)source + pixel, (float*)place, pixel, 2, zeroMeansMissing: false);
                        else
                            new Span<byte>(source + (pixel * configuration.PixelBytes), 2 * configuration.PixelBytes).CopyTo(new Span<byte>(place, 2 * configuration.PixelBytes));
                    }
                }
            }
        }
    }
}
