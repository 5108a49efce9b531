using System.CommandLine;
using Hutch.Detectors.Configuration;

namespace Hutch.Detectors.Programs;

/// <summary>The options that the programs of the data path share. One object a command: an option knows its command.</summary>
internal sealed class DetectorOptions
{
    internal Option<string> Config { get; } = new("--config", "-c") { Description = "The DAQ configuration of the detector (JSON).", Required = true, HelpName = "FILE" };

    internal Option<int> FrameSlots { get; } = new("--frame-slots")
    {
        Description = "Slots of each frame ring; the receivers and the assembler must agree.",
        DefaultValueFactory = _ => 1000,
        HelpName = "N",
    };

    internal Option<int> ImageSlots { get; } = new("--image-slots")
    {
        Description = "Slots of the image ring; the assembler and its readers must agree. 0: from ram_buffer_gb of the configuration, at least 1000.",
        HelpName = "N",
    };

    internal DaqConfiguration Read(ParseResult options) => DaqConfigurationFile.Read(options.GetValue(Config)!);

    /// <summary>The slots of the image ring; 0: as the configuration says.</summary>
    internal int RequestedImageSlots(ParseResult options) => AtLeast(0, options, ImageSlots);

    /// <summary>The value of an option that has a lower limit.</summary>
    /// <exception cref="UsageErrorException">It is less.</exception>
    internal static T AtLeast<T>(T least, ParseResult options, Option<T> option)
        where T : IComparable<T>
    {
        var value = options.GetValue(option)!;
        return value.CompareTo(least) >= 0 ? value : throw new UsageErrorException($"{option.Name} is {value}, but must be at least {least}");
    }
}
