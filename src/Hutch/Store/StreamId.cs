using System.Globalization;

namespace Hutch.Store;

/// <summary>
/// The id of a stream entry in Redis' form <c>milliseconds-sequence</c>. Ids of a stream only ever increase. The first
/// part is the time of arrival (milliseconds since 1970) unless the writer chose another count, such as a pulse id.
/// </summary>
public readonly record struct StreamId : IComparable<StreamId>
{
    /// <summary>Makes an id; both parts are 0 or more.</summary>
    public StreamId(long milliseconds, long sequence = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(milliseconds);
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        Milliseconds = milliseconds;
        Sequence = sequence;
    }

    /// <summary>Below every entry; no entry has it.</summary>
    public static StreamId Zero => default;

    /// <summary>Above every entry.</summary>
    public static StreamId Max => new(long.MaxValue, long.MaxValue);

    /// <summary>The first part: milliseconds since 1970, or the writer's own count.</summary>
    public long Milliseconds { get; }

    /// <summary>The second part: tells entries of one millisecond apart.</summary>
    public long Sequence { get; }

    /// <summary>The lowest id above this one.</summary>
    public StreamId Next => Sequence < long.MaxValue ? new(Milliseconds, Sequence + 1) : new(checked(Milliseconds + 1));

    /// <summary>Reads <c>milliseconds-sequence</c>, or <c>milliseconds</c> alone, which means sequence 0.</summary>
    public static bool TryParse(string? text, out StreamId id)
    {
        id = default;
        if (text is null)
            return false;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var first = dash < 0 ? text : text[..dash];
        var second = dash < 0 ? "0" : text[(dash + 1)..];
        if (!long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            || !long.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            return false;
        id = new StreamId(milliseconds, sequence);
        return true;
    }

    /// <summary>Reads an id as <see cref="TryParse"/> does.</summary>
    /// <exception cref="FormatException">The text is not an id.</exception>
    public static StreamId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a stream id; it has the form milliseconds-sequence, like 1700000000000-0");

    /// <inheritdoc/>
    public int CompareTo(StreamId other)
    {
        var first = Milliseconds.CompareTo(other.Milliseconds);
        return first != 0 ? first : Sequence.CompareTo(other.Sequence);
    }

    /// <summary>The form <c>milliseconds-sequence</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Milliseconds}-{Sequence}");

    /// <summary>Whether an id comes before another.</summary>
    public static bool operator <(StreamId left, StreamId right) => left.CompareTo(right) < 0;

    /// <summary>Whether an id comes before another or is the same.</summary>
    public static bool operator <=(StreamId left, StreamId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether an id comes after another.</summary>
    public static bool operator >(StreamId left, StreamId right) => left.CompareTo(right) > 0;

    /// <summary>Whether an id comes after another or is the same.</summary>
    public static bool operator >=(StreamId left, StreamId right) => left.CompareTo(right) >= 0;
}
