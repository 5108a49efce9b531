using System.Text.Json.Nodes;

namespace Hutch.Tests.EndToEnd.Support;

/// <summary>Detectors in the style of real ones.</summary>
internal static class SampleDetectors
{
    /// <summary>Modules of 1024 x 512 pixels above each other, with a gap.</summary>
    public static TestDetector Jungfrau(int modules = 2)
    {
        const int pitch = 512 + 38;
        return Make("jungfrau", modules, 16, 1024, (modules * pitch) - 38, m => (0, m * pitch, 1023, (m * pitch) + 511));
    }

    /// <summary>32 modules in two columns, some switched off.</summary>
    public static TestDetector Jungfrau16M(params int[] inactive) =>
        Make("jungfrau", 32, 16, 1024 + 8 + 1024, (16 * 550) - 38, m => (m % 2 * 1032, m / 2 * 550, (m % 2 * 1032) + 1023, (m / 2 * 550) + 511), inactive);

    /// <summary>
    /// Modules of four half-modules: the two above are read downwards, the two below upwards; 2 pixels between them, and 36 rows to the next module.
    /// </summary>
    public static TestDetector Eiger(int modules = 1, int bitDepth = 16) =>
        Make("eiger", 4 * modules, bitDepth, 1030, (modules * 550) - 36, m => EigerQuarter(0, m / 4 * 550, m % 4));

    /// <summary>18 modules in three columns, as the 9M has them, of which some are switched off in part or as a whole.</summary>
    public static TestDetector Eiger9M(params int[] inactive) =>
        Make("eiger", 72, 16, 3106, 3264, m => EigerQuarter(m / 4 % 3 * 1038, m / 4 / 3 * 550, m % 4), inactive);

    /// <summary>Eight modules, of which each has every other row of a quadrant.</summary>
    public static TestDetector Gigafrost(int width = 2016, int height = 2016) =>
        Make("gigafrost", 8, 16, width, height, null);

    /// <summary>A small detector of a kind.</summary>
    public static TestDetector Small(string kind) => kind switch
    {
        "jungfrau" => Jungfrau(),
        "eiger" => Eiger(),
        "gigafrost" => Gigafrost(576, 480),
        _ => throw new ArgumentException(kind, nameof(kind)),
    };

    private static (int, int, int, int) EigerQuarter(int x, int y, int quarter)
    {
        x += quarter % 2 * 516;
        return quarter < 2 ? (x, y, x + 513, y + 255) : (x, y + 513, x + 513, y + 258);
    }

    private static TestDetector Make(string type, int modules, int bitDepth, int width, int height, Func<int, (int, int, int, int)>? place, params int[] inactive)
    {
        var positions = new JsonObject();
        for (var m = 0; place is not null && m < modules; m++)
        {
            var (startX, startY, endX, endY) = place(m);
            if (!inactive.Contains(m))
                positions[$"{m}"] = new JsonArray(startX, startY, endX, endY);
        }
        return new TestDetector(new JsonObject
        {
            ["detector_type"] = type,
            ["n_modules"] = modules,
            ["bit_depth"] = bitDepth,
            ["image_pixel_width"] = width,
            ["image_pixel_height"] = height,
            ["module_positions"] = positions,
        });
    }
}
