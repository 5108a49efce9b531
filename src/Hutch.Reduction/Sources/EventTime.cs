using System.Globalization;

namespace Hutch.Reduction.Sources;

/// <summary>Times of pulses: nanoseconds since 1970-01-01 UTC as a signed 64-bit number, which reaches to the year 2262.</summary>
public static class EventTime
{
    private const long NanosecondsPerTick = 100;

    /// <summary>The present time.</summary>
    public static long Now() => Of(DateTimeOffset.UtcNow);

    /// <summary>A time.</summary>
    /// <exception cref="OverflowException">It is before 1678 or after 2262.</exception>
    public static long Of(DateTimeOffset time) => checked((time - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick);

    /// <summary>Reads an ISO 8601 time with up to nine decimals of seconds, as NeXus files have it; without a zone it is UTC.</summary>
    /// <exception cref="UserErrorException">The text is not such a time.</exception>
    public static long Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // DateTimeOffset knows seven decimals: the rest is read by hand.
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var end = dot < 0 ? dot : dot + 1;
        while (end > 0 && end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        var whole = dot < 0 ? text : text[..dot] + text[end..];
        if (!DateTimeOffset.TryParse(whole, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            throw new UserErrorException($"'{text}' is not a time; use ISO 8601, such as 2026-05-01T12:00:00.123456789Z");
        var nanoseconds = dot < 0 ? 0 : long.Parse(text[(dot + 1)..end].PadRight(9, '0')[..9], CultureInfo.InvariantCulture);
        return checked(Of(time) + nanoseconds);
    }
}
