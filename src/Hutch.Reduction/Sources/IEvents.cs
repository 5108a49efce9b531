namespace Hutch.Reduction.Sources;

/// <summary>Events as a source has them; the loop over them is compiled for each kind, without a call an event.</summary>
internal interface IEvents
{
    /// <summary>How many.</summary>
    int Count { get; }

    /// <summary>The time of flight of one, in microseconds.</summary>
    float Tof(int index);

    /// <summary>The detector id of one.</summary>
    uint Id(int index);
}
