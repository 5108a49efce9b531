using System.Buffers.Binary;
using System.Text.Json.Serialization;
using Hutch.Epics.Writing;
using Hutch.Store;

namespace Hutch.Epics.Buffering;

/// <summary>What a PV was over some time, for a plot: the lowest and the highest value of each of equal intervals.</summary>
/// <param name="Pv">The PV.</param>
/// <param name="From">The beginning of the first interval, in seconds since 1970.</param>
/// <param name="Step">The length of an interval, in seconds.</param>
/// <param name="Low">The lowest value of each interval; null if unknown.</param>
/// <param name="High">The highest.</param>
/// <param name="Sampled">Whether only a part of the values was looked at, because there are too many.</param>
/// <param name="Text">The last value, if it is a string and cannot be plotted.</param>
public sealed record PvPlot(
    [property: JsonPropertyName("pv")] string Pv,
    [property: JsonPropertyName("from")] double From,
    [property: JsonPropertyName("step")] double Step,
    [property: JsonPropertyName("low")] IReadOnlyList<double?> Low,
    [property: JsonPropertyName("high")] IReadOnlyList<double?> High,
    [property: JsonPropertyName("sampled")] bool Sampled,
    [property: JsonPropertyName("text")] string? Text)
{
    private const int MostRead = 50_000;
    private const int ReadOfEach = 20;

    /// <summary>Reads a plot from the buffer. Of arrays it is the first element; a value holds until the next, a gap until the next value.</summary>
    /// <param name="store">The buffer's store.</param>
    /// <param name="pv">The PV.</param>
    /// <param name="from">The beginning, in milliseconds since 1970.</param>
    /// <param name="to">The end.</param>
    /// <param name="points">How many intervals.</param>
    /// <param name="cancel">Ends the reading.</param>
    public static async Task<PvPlot> ReadAsync(IStore store, string pv, long from, long to, int points, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var step = Math.Max(1, (to - from) / points);
        var (low, high) = (new double?[points], new double?[points]);
        double? last = null;
        string? text = null;
        var filled = 0;   // intervals before this one are complete

        void Add(StreamEntry entry)
        {
            var value = BufferedValue.Read(pv, entry);
            var at = (int)Math.Clamp((entry.Id.Milliseconds - from) / step, 0, points - 1);
            Hold(at);
            last = value.Connected ? Number(value) : null;
            text = value is { Connected: true, Type: "string" } ? System.Text.Encoding.UTF8.GetString(value.Value) : text;
            Note(at);
        }

        void Hold(int until)
        {
            for (; filled < until; filled++)
                Note(filled + 1);
        }

        void Note(int at)
        {
            low[at] = last is null ? low[at] : Math.Min(low[at] ?? last.Value, last.Value);
            high[at] = last is null ? high[at] : Math.Max(high[at] ?? last.Value, last.Value);
        }

        foreach (var before in await store.RangeAsync(pv, StreamId.Zero, new StreamId(from, long.MaxValue), 1, newestFirst: true, cancel).ConfigureAwait(false))
            Add(before);
        var entries = await store.RangeAsync(pv, new StreamId(from + 1), new StreamId(to, long.MaxValue), MostRead, cancel: cancel).ConfigureAwait(false);
        var sampled = entries.Count == MostRead;
        for (var i = 0; i < points && sampled; i++)
        {
            foreach (var entry in await store.RangeAsync(pv, new StreamId(from + i * step), new StreamId(from + (i + 1) * step - 1, long.MaxValue), ReadOfEach, cancel: cancel).ConfigureAwait(false))
                Add(entry);
        }
        foreach (var entry in sampled ? [] : entries)
            Add(entry);
        Hold(points - 1);
        return new PvPlot(pv, from / 1000.0, step / 1000.0, low, high, sampled, text);
    }

    private static double? Number(BufferedValue value)
    {
        ReadOnlySpan<byte> bytes = value.Value;
        double? number = (value.Type, bytes.Length) switch
        {
            ("f8", >= 8) => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            ("f4", >= 4) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            ("i4", >= 4) => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            ("i2", >= 2) => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            ("u2", >= 2) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            ("u1", >= 1) => bytes[0],
            _ => null,
        };
        return number is { } n && double.IsFinite(n) ? n : null;
    }
}
