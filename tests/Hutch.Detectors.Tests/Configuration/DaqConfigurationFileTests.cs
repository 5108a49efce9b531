using FsCheck;
using FsCheck.Fluent;
using Hutch.Detectors.Configuration;

namespace Hutch.Detectors.Tests.Configuration;

public class DaqConfigurationFileTests
{
    private const string Good = """
        {
          // one module of 1024 x 512 pixels
          "detector_name": "JF", "detector_type": "jungfrau", "n_modules": "1", "bit_depth": 16,
          "image_pixel_height": 512, "image_pixel_width": 1024, "start_udp_port": 50000, "writer_user_id": -1,
          "module_positions": {"0": [0, 0, 1023, 511]}, "submodule_info": [], "unknown": {"key": 1},
        }
        """;

    [Fact]
    public void A_deployed_file_is_read_with_comments_numbers_as_text_and_unknown_members()
    {
        var configuration = DaqConfigurationFile.Parse(Good, "test");

        Assert.Equal(("JF", "jungfrau", 1, 16), (configuration.DetectorName, configuration.DetectorType, configuration.Modules, configuration.BitDepth));
        Assert.Equal(new ModulePosition(0, 0, 1023, 511), configuration.ModulePositions[0]);
        Assert.Equal((50, 0, 10), (configuration.ModuleSyncQueueSize, configuration.RamBufferGb, configuration.StatsCollectionPeriod));
    }

    [Fact]
    public void Positions_may_be_objects()
    {
        var configuration = DaqConfigurationFile.Parse(Good.Replace("[0, 0, 1023, 511]", """{"start_x": 0, "start_y": 511, "end_x": 1023, "end_y": 0}"""), "test");

        Assert.Equal(-1, configuration.ModulePositions[0].RowStep);
    }

    [Fact]
    public void All_wrong_fields_are_named_at_once()
    {
        var wrong = Good.Replace("\"JF\"", "\"a/b\"").Replace("\"1\"", "\"one\"").Replace("\"bit_depth\": 16,", "").Replace("50000", "70000").Replace("jungfrau", "pilatus");

        var error = Assert.Throws<UserErrorException>(() => DaqConfigurationFile.Parse(wrong, "daq.json"));

        foreach (var part in new[] { "daq.json", "a/b", "n_modules is \"one\"", "bit_depth is missing", "start_udp_port is 70000", "pilatus", "gigafrost" })
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[0, 0, 1023, 511]", "[1, 0, 1024, 511]", "outside the image")]
    [InlineData("[0, 0, 1023, 511]", "[0, 0, 1022, 511]", "1024 x 512")]
    [InlineData("\"0\": [0", "\"1\": [0", "n_modules is 1")]
    [InlineData("\"bit_depth\": 16", "\"bit_depth\": 8", "bit_depth is 8")]
    [InlineData("{\"0\": [0, 0, 1023, 511]}", "{}", "module_positions is empty")]
    [InlineData("{\"0\": [0, 0, 1023, 511]}", "{\"0\": [0, 0, 1023]}", "[start_x, start_y, end_x, end_y]")]
    [InlineData("\"image_pixel_width\": 1024", "\"image_pixel_width\": 1e9", "image_pixel_width")]
    public void A_geometry_that_does_not_fit_is_refused(string from, string to, string message)
    {
        Assert.Contains(from, Good, StringComparison.Ordinal);

        var error = Assert.Throws<UserErrorException>(() => DaqConfigurationFile.Parse(Good.Replace(from, to), "test"));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_a_file_holds_it_is_read_or_refused_with_a_message()
    {
        var damages =
            from at in Gen.Choose(0, Good.Length - 1)
            from length in Gen.Choose(0, 20)
            from text in Gen.Elements("", "\"", "{", "}", "[", "null", "-1", "1e999", "\u0000", "\"\"", "true", "9999999999999999999", ":")
            select Good[..at] + text + Good[Math.Min(Good.Length, at + length)..];

        Prop.ForAll(damages.ToArbitrary(), json =>
        {
            try
            {
                Assert.True(DaqConfigurationFile.Parse(json, "test").Modules > 0);
            }
            catch (UserErrorException error)
            {
                Assert.StartsWith("DAQ configuration test", error.Message, StringComparison.Ordinal);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }
}
