namespace Hutch.Reduction.Configuration;

/// <summary>How events are counted where they are not kept (<c>preserve_events</c> false): an image of spectra by time of flight.</summary>
public sealed record HistogramAxis
{
    /// <summary>Least time of flight, in microseconds. Default 0.</summary>
    public double TofMin { get; init; }

    /// <summary>The end of the last bin, in microseconds. Default 16667: a period of a source of 60 Hz.</summary>
    public double TofMax { get; init; } = 16667;

    /// <summary>Bins of equal width. Default 1000.</summary>
    public int Bins { get; init; } = 1000;

    /// <summary>How many detector ids there are, from 0 on. Default 1024. Where <c>spectra</c> is given, its ids are the rows instead.</summary>
    public int Ids { get; init; } = 1024;
}
