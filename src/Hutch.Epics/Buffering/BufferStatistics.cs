using System.Globalization;

namespace Hutch.Epics.Buffering;

/// <summary>What came since the last line of statistics; the line is std-daq's, which has blanks where InfluxDB's line protocol has commas.</summary>
internal sealed class BufferStatistics
{
    private long _events;
    private long _bytes;
    private (long Events, long Bytes) _told;

    public long Events => Interlocked.Read(ref _events);

    public long Bytes => Interlocked.Read(ref _bytes);

    public void Count(int bytes)
    {
        Interlocked.Increment(ref _events);
        Interlocked.Add(ref _bytes, bytes);
    }

    /// <summary>The line of what came since the last.</summary>
    /// <param name="serviceName">Who says it.</param>
    /// <param name="changed">How many PVs had an event.</param>
    /// <param name="elapsed">Since the last line.</param>
    /// <param name="now">Nanoseconds since 1970.</param>
    public string TakeLine(string serviceName, int changed, TimeSpan elapsed, long now)
    {
        var all = (Events, Bytes);
        var (events, bytes) = (all.Events - _told.Events, all.Bytes - _told.Bytes);
        _told = all;
        var throughput = elapsed > TimeSpan.Zero ? bytes / elapsed.TotalSeconds : 0;
        return string.Create(CultureInfo.InvariantCulture,
            $"epics_buffer,service_name={Escaped(serviceName)} n_events={events}i n_bytes={bytes}i n_channels_changed={changed}i throughput_bytes={throughput:0.0##} {now}");
    }

    // A tag's value: commas, equals signs and blanks are escaped.
    private static string Escaped(string text) => text.Replace(",", "\\,", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal).Replace(" ", "\\ ", StringComparison.Ordinal);
}
