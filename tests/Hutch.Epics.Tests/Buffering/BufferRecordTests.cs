using System.Text;
using Hutch.Epics.Buffering;
using Hutch.Epics.ChannelAccess;
using Hutch.Store;

namespace Hutch.Epics.Tests.Buffering;

/// <summary>The records byte by byte as the deployed buffer has them (Python: struct, numpy.tobytes).</summary>
public class BufferRecordTests
{
    private const long Time = 1_700_000_000_123_456_789;

    [Theory]
    [InlineData(1.5, "f8", "000000000000f83f")]
    [InlineData(1.5f, "f4", "0000c03f")]
    [InlineData(-2, "i4", "feffffff")]
    [InlineData((short)-2, "i2", "feff")]
    [InlineData((byte)200, "u1", "c8")]
    [InlineData("größer", "string", "6772c3b6c39f6572")]
    public void A_scalar(object value, string type, string bytes)
    {
        var record = BufferRecord.Of(new PvUpdate(PvData.Of(value), Time, new AlarmState(AlarmStatus.HwLimit, AlarmSeverity.Major)));
        Assert.Equal($"id=1700000000123456 type={type} shape=01000000 value={bytes} connected=1 status=HW_LIMIT", Text(record));
    }

    [Fact]
    public void An_enumeration_and_an_array()
    {
        Assert.Contains("type=u2 shape=01000000 value=0300", Text(BufferRecord.Of(new PvUpdate(PvData.OfStates(3), Time, AlarmState.None))), StringComparison.Ordinal);
        Assert.Contains("type=i4 shape=02000000 value=01000000ffffffff", Text(BufferRecord.Of(new PvUpdate(PvData.Of(new[] { 1, -1 }), Time, AlarmState.None))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_disconnection_has_no_value()
    {
        var record = BufferRecord.OfDisconnection(Time);
        Assert.Equal(["id", "type", "shape", "value", "connected", "status"], record.Select(f => f.Name));
        Assert.Equal(["1700000000123456", "", "", "", "0", ""], record.Select(f => Encoding.UTF8.GetString(f.Value)));
    }

    [Fact]
    public void Pulses_are_mapped_both_ways()
    {
        Assert.Equal(["buffer_timestamp=1700000000223456789", "epics_timestamp=1700000000123456"],
            BufferRecord.OfPulse(Time + 100_000_000, Time).Select(f => $"{f.Name}={Encoding.UTF8.GetString(f.Value)}"));
        Assert.Equal(["pulse_id=42", "epics_timestamp=1700000000123456"], BufferRecord.OfPulseByTime(42, Time).Select(f => $"{f.Name}={Encoding.UTF8.GetString(f.Value)}"));
    }

    private static string Text(StoreField[] record) => string.Join(' ', record.Select(f =>
        $"{f.Name}={(f.Name is "shape" or "value" ? Convert.ToHexStringLower(f.Value) : Encoding.UTF8.GetString(f.Value))}"));
}
