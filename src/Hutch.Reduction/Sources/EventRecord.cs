using System.Runtime.InteropServices;

namespace Hutch.Reduction.Sources;

/// <summary>An event as scripts see it: numpy's <c>[('time_ns','&lt;i8'),('tof','&lt;f4'),('id','&lt;u4')]</c>.</summary>
/// <param name="TimeNs">The time of its pulse, see <see cref="EventTime"/>.</param>
/// <param name="Tof">Its time of flight, in microseconds after the pulse.</param>
/// <param name="Id">The detector's id.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public readonly record struct EventRecord(long TimeNs, float Tof, uint Id)
{
    /// <summary>The record as numpy names it.</summary>
    public const string NumpyType = "[('time_ns','<i8'),('tof','<f4'),('id','<u4')]";
}
