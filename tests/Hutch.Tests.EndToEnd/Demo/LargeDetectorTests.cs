using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Demo;

/// <summary>Configurations of the kind of real ones, at a rate that two processors carry.</summary>
[Collection(nameof(LargeImagesCollection))]
public class LargeDetectorTests
{
    [Fact]
    public void A_jungfrau_16M_with_a_module_that_is_switched_off()
    {
        using var detector = SampleDetectors.Jungfrau16M(inactive: [13]);

        DemoCommand.Run(detector, 3, 0.5, "--compress", "--slots", "4");

        Assert.Equal(31, VerifiedFile.Read(detector, detector.OutputFile).AssertComplete(3).Modules);
    }

    [Fact]
    public void A_jungfrau_4M_and_a_gigafrost_of_2016_x_2016_compressed()
    {
        foreach (var detector in new[] { SampleDetectors.Jungfrau(8), SampleDetectors.Gigafrost() })
        {
            using (detector)
            {
                DemoCommand.Run(detector, 6, 2, "--compress", "--slots", "8");
                VerifiedFile.Read(detector, detector.OutputFile).AssertComplete(6);
            }
        }
    }

    [Fact]
    public void A_gigafrost_with_a_reduced_region()
    {
        using var detector = SampleDetectors.Gigafrost(1248, 600);

        DemoCommand.Run(detector, 20, 20, "--compress");

        VerifiedFile.Read(detector, detector.OutputFile).AssertComplete(20);
    }
}
