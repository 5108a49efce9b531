namespace Hutch.Reduction.Sources.Kafka;

/// <summary>
/// <c>ev44</c> (ess-dmsc/streaming-data-types): the events of one or more pulses of a source. Event i of pulse p is at
/// <c>ReferenceTimeIndex[p] &lt;= i &lt; ReferenceTimeIndex[p + 1]</c>.
/// </summary>
internal readonly ref struct EventMessage
{
    public static ReadOnlySpan<byte> Schema => "ev44"u8;

    private EventMessage(FlatTable table)
    {
        SourceName = table.Text(0);
        MessageId = table.Scalar<long>(1);
        ReferenceTime = table.Vector<long>(2);
        ReferenceTimeIndex = table.Vector<int>(3);
        TimeOfFlight = table.Vector<int>(4);
        PixelId = table.Vector<uint>(5);
        IsSound = table.IsSound && SourceName.Length > 0 && ReferenceTimeIndex.Length == ReferenceTime.Length
            && (PixelId.Length == TimeOfFlight.Length || PixelId.IsEmpty) && AreIndices();
    }

    public string SourceName { get; }

    /// <summary>Consecutive for each source: a gap is a loss.</summary>
    public long MessageId { get; }

    /// <summary>Times of the pulses, ns since 1970.</summary>
    public ReadOnlySpan<long> ReferenceTime { get; }

    /// <summary>Where each pulse's events begin.</summary>
    public ReadOnlySpan<int> ReferenceTimeIndex { get; }

    /// <summary>ns after the pulse.</summary>
    public ReadOnlySpan<int> TimeOfFlight { get; }

    /// <summary>The pixels; empty for a monitor.</summary>
    public ReadOnlySpan<uint> PixelId { get; }

    private bool IsSound { get; }

    /// <summary>Reads a message.</summary>
    /// <returns>False if it is damaged.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, out EventMessage read)
    {
        read = new EventMessage(FlatTable.Root(message));
        return read.IsSound;
    }

    /// <summary>The events of a pulse.</summary>
    public Range Events(int pulse) => ReferenceTimeIndex[pulse]..(pulse + 1 < ReferenceTimeIndex.Length ? ReferenceTimeIndex[pulse + 1] : TimeOfFlight.Length);

    /// <summary>Writes a message.</summary>
    public static byte[] Write(string source, long id, ReadOnlySpan<long> times, ReadOnlySpan<int> indices, ReadOnlySpan<int> tofs, ReadOnlySpan<uint> pixels) =>
        new FlatWriter().Text(0, source).Scalar(1, id).Vector(2, times).Vector(3, indices).Vector(4, tofs).Vector(5, pixels).ToMessage("ev44");

    private bool AreIndices()
    {
        var last = 0;
        foreach (var index in ReferenceTimeIndex)
        {
            if (index < last || index > TimeOfFlight.Length)
                return false;
            last = index;
        }
        // Events before the first pulse's first would belong to none.
        return TimeOfFlight.IsEmpty || (ReferenceTimeIndex.Length > 0 && ReferenceTimeIndex[0] == 0);
    }
}
