using System.Buffers.Binary;
using System.Globalization;
using Hutch.Epics.ChannelAccess;
using Hutch.Store;

namespace Hutch.Epics.Buffering;

/// <summary>
/// The records of the deployed std-daq EPICS buffer: a stream a PV under its name, with the fields <c>id</c> (the value's time stamp, microseconds
/// since 1970), <c>type</c>, <c>shape</c> (u32 little-endian a dimension), <c>value</c> (raw little-endian, or the text), <c>connected</c>,
/// <c>status</c>; and two streams that map pulses.
/// </summary>
public static class BufferRecord
{
    /// <summary>The stream whose ids are pulse ids.</summary>
    public const string Pulses = "pulse_id";

    /// <summary>The stream of pulses by arrival.</summary>
    public const string PulsesByTime = "pulse_id_reverse";

    /// <summary>Entries kept a PV: a day at 10 Hz.</summary>
    public const long PvEntries = 864_000;

    /// <summary>Entries kept of pulses: a day at 100 Hz.</summary>
    public const long PulseEntries = 8_640_000;

    private static readonly StoreField Connected = new("connected", "1"u8.ToArray());
    private static readonly StoreField Disconnected = new("connected", "0"u8.ToArray());
    private static readonly StoreField OneElement = new("shape", [1, 0, 0, 0]);
    private static readonly StoreField[] Types = [.. Enum.GetValues<PvType>().Select(t => new StoreField("type", PvTypes.NameOf(t)))];
    private static readonly StoreField[] Statuses = [.. Enum.GetValues<AlarmStatus>().Select(s => new StoreField("status", AlarmNames.Of(s)))];
    private static readonly StoreField[] Nothing = [new("type", []), new("shape", []), new("value", []), Disconnected, new("status", [])];

    /// <summary>The fields of a value.</summary>
    public static StoreField[] Of(PvUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        var data = update.Data;
        return
        [
            Id(update.Nanoseconds),
            Types[(int)data.Type],
            data.Count == 1 ? OneElement : new StoreField("shape", Shape(data.Count)),
            new StoreField("value", Value(data)),
            Connected,
            (uint)update.Status < Statuses.Length ? Statuses[(int)update.Status] : new StoreField("status", AlarmNames.Of(update.Status)),
        ];
    }

    /// <summary>The fields of the event that a PV is not connected.</summary>
    /// <param name="nanoseconds">When, in nanoseconds since 1970.</param>
    public static StoreField[] OfDisconnection(long nanoseconds) => [Id(nanoseconds), .. Nothing];

    /// <summary>The fields in <see cref="Pulses"/>, whose entry's id is the pulse id.</summary>
    /// <param name="arrival">When the pulse id arrived, in nanoseconds since 1970.</param>
    /// <param name="nanoseconds">Its time stamp.</param>
    public static StoreField[] OfPulse(long arrival, long nanoseconds) =>
        [new("buffer_timestamp", Digits(arrival)), new("epics_timestamp", Digits(nanoseconds / 1000))];

    /// <summary>The fields in <see cref="PulsesByTime"/>.</summary>
    public static StoreField[] OfPulseByTime(long pulse, long nanoseconds) =>
        [new("pulse_id", Digits(pulse)), new("epics_timestamp", Digits(nanoseconds / 1000))];

    // Several texts have no form in the deployed records, whose texts are one: they are kept as they come, 40 bytes each, under shape [n].
    private static byte[] Value(PvData data) => data is { Type: PvType.String, Count: 1 } ? PvData.Upto0(data.Span).ToArray() : data.Bytes;

    private static byte[] Shape(int count)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)count);
        return bytes;
    }

    private static StoreField Id(long nanoseconds) => new("id", Digits(nanoseconds / 1000));

    private static byte[] Digits(long number)
    {
        Span<byte> digits = stackalloc byte[20];
        _ = number.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        return digits[..length].ToArray();
    }
}
