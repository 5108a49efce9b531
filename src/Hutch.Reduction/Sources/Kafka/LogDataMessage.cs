namespace Hutch.Reduction.Sources.Kafka;

/// <summary><c>f144</c> (ess-dmsc/streaming-data-types): a value of a device at a time; a number, or an array of numbers.</summary>
/// <param name="SourceName">What it is a value of, often the PV.</param>
/// <param name="TimeNs">ns since 1970.</param>
/// <param name="Value">A boxed number, or an array of numbers.</param>
internal sealed record LogDataMessage(string SourceName, long TimeNs, object Value)
{
    public static ReadOnlySpan<byte> Schema => "f144"u8;

    /// <summary>Reads a message.</summary>
    /// <returns>Null if it is damaged.</returns>
    public static LogDataMessage? TryRead(ReadOnlySpan<byte> message)
    {
        var table = FlatTable.Root(message);
        var (name, time, type) = (table.Text(0), table.Scalar<long>(1), table.Scalar<byte>(2));
        var value = table.Table(3);
        // A union has two fields: which table it is, counted from 1, and the table.
        object? read = type switch
        {
            1 => value.Scalar<sbyte>(0),
            2 => value.Scalar<byte>(0),
            3 => value.Scalar<short>(0),
            4 => value.Scalar<ushort>(0),
            5 => value.Scalar<int>(0),
            6 => value.Scalar<uint>(0),
            7 => value.Scalar<long>(0),
            8 => value.Scalar<ulong>(0),
            9 => value.Scalar<float>(0),
            10 => value.Scalar<double>(0),
            11 => Numbers<sbyte>(ref value),
            12 => Numbers<byte>(ref value),
            13 => Numbers<short>(ref value),
            14 => Numbers<ushort>(ref value),
            15 => Numbers<int>(ref value),
            16 => Numbers<uint>(ref value),
            17 => value.Vector<long>(0).ToArray(),
            18 => value.Vector<ulong>(0).ToArray(),
            19 => Numbers<float>(ref value),
            20 => value.Vector<double>(0).ToArray(),
            _ => null,
        };
        return table.IsSound && value.IsSound && name.Length > 0 && read is not null ? new LogDataMessage(name, time, read) : null;
    }

    /// <summary>Writes a message with a number in double precision.</summary>
    public static byte[] Write(string source, long timeNs, double value) =>
        new FlatWriter().Text(0, source).Scalar(1, timeNs).Scalar<byte>(2, 10).Table(3, new FlatWriter().Scalar(0, value)).ToMessage("f144");

    // Bytes would be written as base64 into JSON: narrow numbers are widened.
    private static double[] Numbers<T>(ref FlatTable value)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        var numbers = value.Vector<T>(0);
        var wide = new double[numbers.Length];
        for (var i = 0; i < wide.Length; i++)
            wide[i] = double.CreateTruncating(numbers[i]);
        return wide;
    }
}
