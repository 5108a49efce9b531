namespace Hutch.Reduction.Sources.Kafka;

/// <summary>The beginning of a run (<c>pl72</c>) or its end (<c>6s4t</c>; both ess-dmsc/streaming-data-types).</summary>
/// <param name="JobId">What both have in common.</param>
/// <param name="Name">The run's name; empty in an end that does not say it.</param>
/// <param name="StartNs">Of a beginning: ns since 1970; otherwise null.</param>
/// <param name="StopNs">The end, if it is known.</param>
internal sealed record RunMessage(string JobId, string Name, long? StartNs, long? StopNs)
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    public static ReadOnlySpan<byte> StartSchema => "pl72"u8;

    /// <summary>Of a start: what else it says.</summary>
    public RunDetails? Details { get; init; }

    public static ReadOnlySpan<byte> StopSchema => "6s4t"u8;

    /// <summary>Reads a message.</summary>
    /// <returns>Null if it is damaged.</returns>
    public static RunMessage? TryRead(ReadOnlySpan<byte> message)
    {
        var table = FlatTable.Root(message);
        RunMessage read;
        if (FlatTable.SchemaOf(message).SequenceEqual(StartSchema))
            read = new RunMessage(table.Text(5), table.Text(2), Nanoseconds(table.Scalar<ulong>(0)), Nanoseconds(table.Scalar<ulong>(1)) is > 0 and var stop ? stop : null) { Details = RunDetails.TryRead(ref table) };
        else
            read = new RunMessage(table.Text(2), table.Text(1), null, Nanoseconds(table.Scalar<ulong>(0)));
        return table.IsSound && read is { StartNs: not -1, StopNs: not -1 } && (read.StartNs is null || read.Details is not null) && (read.Name.Length > 0 || read.JobId.Length > 0) ? read : null;
    }

    /// <summary>Writes the beginning of a run.</summary>
    public static byte[] WriteStart(string instrument, string name, string jobId, long startNs) =>
        new FlatWriter().Scalar(0, (ulong)(startNs / NanosecondsPerMillisecond)).Text(2, name).Text(3, instrument).Text(4, "{}").Text(5, jobId).Text(7, "kafka-simulator")
            .Text(8, $"{instrument}_{name}.nxs").Scalar(9, 1u).ToMessage("pl72");

    /// <summary>Writes the end of a run.</summary>
    public static byte[] WriteStop(string name, string jobId, long stopNs) =>
        new FlatWriter().Scalar(0, (ulong)(stopNs / NanosecondsPerMillisecond)).Text(1, name).Text(2, jobId).Text(3, "kafka-simulator").ToMessage("6s4t");

    private static long Nanoseconds(ulong milliseconds) => milliseconds <= long.MaxValue / NanosecondsPerMillisecond ? (long)milliseconds * NanosecondsPerMillisecond : -1;
}
