namespace Hutch.Detectors.Configuration;

/// <summary>Where the parameters of a Jungfrau's correction are, and how its gain bits are read (keys of the DAQ configuration in brackets).</summary>
public sealed record GainSettings
{
    /// <summary>The rule of deployed converters, which take the gain bits modulo 3.</summary>
    public const string UpstreamRule = "upstream";

    /// <summary>The rule of the detector's documentation.</summary>
    public const string DocumentedRule = "documented";

    /// <summary>An HDF5 file, relative to the configuration's folder; empty if there is none (<c>gain_file</c>).</summary>
    public string File { get; init; } = "";

    /// <summary>The dataset of the gains, [3, modules * 512, 1024] (<c>gains_dataset</c>). Default <c>/gains</c>.</summary>
    public string Gains { get; init; } = "/gains";

    /// <summary>The dataset of the pedestals, of the same shape (<c>pedestals_dataset</c>). Default <c>/pedestals</c>.</summary>
    public string Pedestals { get; init; } = "/pedestals";

    /// <summary>
    /// <see cref="DocumentedRule"/> (the default): gain bits 0, 1, 3 mean parameters 0, 1, 2; or <see cref="UpstreamRule"/>: 3 means 0 (<c>gain_rule</c>).
    /// </summary>
    public string Rule { get; init; } = DocumentedRule;
}
