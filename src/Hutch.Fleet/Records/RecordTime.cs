using System.Globalization;

namespace Hutch.Fleet.Records;

/// <summary>Times in the format of records: UTC, <c>2016-07-29T19:54:57.204671</c>.</summary>
public static class RecordTime
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss.ffffff";

    /// <summary>Writes a time.</summary>
    public static string Write(DateTimeOffset time) => time.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture);

    /// <summary>Reads a time, also one without a fraction; null for an empty text or one that is not a time.</summary>
    public static DateTimeOffset? Read(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}
