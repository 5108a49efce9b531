using FsCheck;
using FsCheck.Fluent;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Simulation;

namespace Hutch.Detectors.Tests.Assembly;

public sealed unsafe class GainCorrectionTests : IDisposable
{
    // Stage g has gain 10^g and pedestal g + 1 everywhere.
    private static readonly GainParameters Simple = new(
        [.. Enumerable.Range(0, 3 * GainParameters.Pixels).Select(i => i / GainParameters.Pixels is 0 ? 1f : i / GainParameters.Pixels is 1 ? 10 : 100)],
        [.. Enumerable.Range(0, 3 * GainParameters.Pixels).Select(i => 1f + (i / GainParameters.Pixels))]);

    private readonly string _folder = Directory.CreateTempSubdirectory("hutch test ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("documented", 99f, 980f, 9700f)]
    [InlineData("upstream", 99f, 980f, 99f)]
    public void The_gain_bits_choose_the_parameters(string rule, float bits0, float bits1, float bits3)
    {
        ushort[] raw = [100, (1 << 14) | 100, (3 << 14) | 100];

        Assert.Equal([bits0, bits1, bits3], Convert(new GainCorrection(Simple, rule), raw, 0, zeroMeansMissing: false));
    }

    [Fact]
    public void A_pixel_of_a_missing_packet_stays_0_and_one_that_was_sent_as_0_is_corrected()
    {
        var correction = new GainCorrection(Simple, GainSettings.DocumentedRule);
        var raw = new ushort[20];

        Assert.All(Convert(correction, raw, 5, zeroMeansMissing: true), value => Assert.Equal(0, value));
        Assert.All(Convert(correction, raw, 5, zeroMeansMissing: false), value => Assert.Equal(-1, value));
    }

    [Fact]
    public void The_vectors_do_what_the_scalar_loop_does()
    {
        var random = new Random(1);
        var parameters = new GainParameters(
            [.. Enumerable.Range(0, 3 * GainParameters.Pixels).Select(_ => random.NextSingle() - 0.5f)], [.. Enumerable.Range(0, 3 * GainParameters.Pixels).Select(_ => 16384 * random.NextSingle())]);
        var cases = from first in Gen.Choose(0, GainParameters.Pixels - 200)
                    from count in Gen.Choose(0, 200)
                    from highest in Gen.Elements(16383, 16384, 65535)   // all of them in stage 0, nearly all, any
                    from raw in Gen.ArrayOf(Gen.Frequency((9, Gen.Choose(0, highest)), (1, Gen.Constant(0))), count)
                    from shift in Gen.Choose(0, 15)
                    from rule in Gen.Elements(GainSettings.DocumentedRule, GainSettings.UpstreamRule)
                    from missing in Gen.Elements(true, false)
                    select (first, Raw: raw.Select(r => (ushort)r).ToArray(), rule, missing, shift);

        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var correction = new GainCorrection(parameters, c.rule);
            var expected = new float[c.Raw.Length + 1];
            fixed (ushort* source = c.Raw)
            fixed (float* target = expected)
                correction.ConvertScalar(source, target, c.first, c.Raw.Length, c.missing);
            var found = Convert(correction, c.Raw, c.first, c.missing, c.shift);
            Assert.Equal(expected[..^1].Select(BitConverter.SingleToUInt32Bits), found.Select(BitConverter.SingleToUInt32Bits));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Fact]
    public void Each_module_gets_its_own_part_of_the_file()
    {
        var file = Path.Combine(_folder, "gains.h5");
        SimulatedGains.Write(file, 2);

        var (first, second) = (GainParameters.Read(Detector(file), 0), GainParameters.Read(Detector(file), 1));

        // 7919 i mod 1009 in units of 1e-4, of pixel i of the whole detector
        Assert.Equal((float)(14_500 * (1 + (5 * 7919L % 1009 * 1e-4))), first.Pedestals[GainParameters.Pixels + 5]);
        Assert.Equal((float)(14_500 * (1 + ((GainParameters.Pixels + 5) * 7919L % 1009 * 1e-4))), second.Pedestals[GainParameters.Pixels + 5]);
        Assert.Equal((float)(-1 / 0.11 * (1 + ((GainParameters.Pixels + 5) * 7919L % 1009 * 1e-4))), second.Gains[(2 * GainParameters.Pixels) + 5]);
    }

    [Theory]
    [InlineData("", 2, "names no gain_file")]
    [InlineData("no-such.h5", 2, "no-such.h5")]
    [InlineData("gains.h5", 3, "[3, 1024, 1024], but must be [3, 1536, 1024] for 3 modules")]
    public void Parameters_that_cannot_be_used_are_an_error_that_says_why(string file, int modules, string message)
    {
        SimulatedGains.Write(Path.Combine(_folder, "gains.h5"), 2);
        var configuration = Detector(file.Length > 0 ? Path.Combine(_folder, file) : "") with { Modules = modules };

        var error = Assert.Throws<UserErrorException>(() => GainParameters.Read(configuration, 0));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static DaqConfiguration Detector(string file) => TestDetectors.Jungfrau(2) with
    {
        DetectorType = "jungfrau-converted",
        Gain = new GainSettings { File = file, Gains = "/parameters/gains", Pedestals = "/parameters/pedestals" },
    };

    private static float[] Convert(GainCorrection correction, ushort[] raw, int first, bool zeroMeansMissing, int shift = 0)
    {
        var found = new float[shift + raw.Length + 32];
        found.AsSpan().Fill(float.NaN);
        fixed (ushort* source = raw.Length > 0 ? raw : [0])
        fixed (float* target = found)
            correction.Convert(source, target + shift, first, raw.Length, zeroMeansMissing);
        Assert.All(found[..shift].Concat(found[(shift + raw.Length)..]), value => Assert.True(float.IsNaN(value)));
        return found[shift..(shift + raw.Length)];
    }
}
