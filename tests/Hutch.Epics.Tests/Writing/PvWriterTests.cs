using Hutch.Epics.Buffering;
using Hutch.Epics.ChannelAccess;
using Hutch.Epics.Writing;
using Hutch.Native.Hdf5;
using Hutch.Store;

namespace Hutch.Epics.Tests.Writing;

/// <summary>Files of buffers that were made by hand.</summary>
public sealed class PvWriterTests : IAsyncDisposable
{
    private const long Begin = HandmadeBuffer.Begin;

    private readonly HandmadeBuffer _buffer = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("hutch epics ").FullName;

    public async ValueTask DisposeAsync()
    {
        await _buffer.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_range_has_the_last_value_before_all_within_and_the_first_after()
    {
        await _buffer.AddPulsesAsync();
        foreach (var at in new[] { -50, -5, 21, 40, 60, 79, 85, 95 })
            await _buffer.AddAsync("pv", at, PvData.Of((double)at));
        var result = await WriteAsync(102, 108, "pv");   // 20 to 80 ms

        Assert.Equal(6, result.Points);
        Assert.Equal([-5.0, 21, 40, 60, 79, 85], Doubles("pv", "data"));
        Assert.Equal([0UL, 102, 104, 106, 107, 108], Numbers("pv", "pulse_id"));
        Assert.Equal([1UL, 1, 1, 1, 1, 1], Numbers("pv", "connected"));
        Assert.Equal((ulong)(Begin - 5) * 1000, Numbers("pv", "timestamp")[0]);
        Assert.False(File.Exists(Output + ".incomplete"));
    }

    [Fact]
    public async Task Gaps_and_changes_of_type_are_in_the_file_and_in_the_result()
    {
        await _buffer.AddPulsesAsync();
        await _buffer.AddAsync("pv", 10, PvData.Of(1.5));
        await _buffer.Store.AppendAsync("pv", BufferRecord.OfDisconnection((Begin + 30) * 1_000_000), new StreamId(Begin + 30));
        await _buffer.AddAsync("pv", 40, PvData.Of(new[] { 1, 2, 3 }));
        await _buffer.AddAsync("pv", 50, PvData.Of(new[] { 4, 5, 6 }));
        await _buffer.AddAsync("pv", 60, PvData.Of("text"));
        await _buffer.Store.AppendAsync("never", BufferRecord.OfDisconnection(Begin * 1_000_000), new StreamId(Begin));
        var result = await WriteAsync(102, 107, "pv", "never");

        Assert.Equal(3, result.Segments["pv"]);
        Assert.Equal(1, result.Gaps["pv"]);
        Assert.Equal(["never"], result.WithoutData);
        Assert.Equal([1.5, 0], Doubles("pv", "data"));
        using var file = Hdf5File.OpenRead(Output);
        using var second = file.OpenDataset("/data/pv/data_1");
        Assert.Equal([2UL, 3], second.Dimensions);
        Assert.Equal(2L, file.ReadAttributes("/data/pv/data_1")["first_row"]);
        Assert.Equal([1UL, 0, 1, 1, 1], Numbers("pv", "connected"));
        Assert.Equal(["NO_ALARM", "unknown", "NO_ALARM", "NO_ALARM", "NO_ALARM"], Flat(file.ReadValues("/data/pv/status", [0, 0], [5, 1], [1, 1])));
        Assert.Empty(file.Names("/never"));
        Assert.Null(file.TryOpenDataset("/data/never/data"));
    }

    [Fact]
    public async Task Missing_pulses_are_counted()
    {
        await _buffer.AddPulsesAsync(leaveOut: [104, 105]);
        await _buffer.AddAsync("pv", 0, PvData.Of(1.0));
        Assert.Equal(2, (await WriteAsync(101, 109, "pv")).MissingPulses);
    }

    [Theory]
    [InlineData(102, 200, "not in the buffer yet; the newest is 110")]
    [InlineData(50, 105, "is no longer in the buffer; the oldest is 100")]
    [InlineData(5_000, 5_001, "the nearest is 110")]
    [InlineData(105, 104, "after stop_pulse_id")]
    public async Task What_is_not_there_is_said_and_no_file_is_left(long start, long stop, string reason)
    {
        await _buffer.AddPulsesAsync();
        if (start == 5_000)
            await _buffer.Store.AppendAsync(BufferRecord.Pulses, BufferRecord.OfPulse(Begin * 1_000_000, Begin * 1_000_000), new StreamId(9_000));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => WriteAsync(start, stop, "pv"));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_kill_leaves_no_file()
    {
        await _buffer.AddPulsesAsync();
        await _buffer.AddAsync("pv", 0, PvData.Of(1.0));
        using var kill = new CancellationTokenSource();
        await kill.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new PvWriter(_buffer.Store).WriteAsync(new WriteRequest(101, 102, ["pv"], Output), kill.Token));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    private string Output => Path.Combine(_folder, "out.h5");

    private Task<WriteResult> WriteAsync(long start, long stop, params string[] channels)
    {
        var request = new WriteRequest(start, stop, channels, Output);
        return Task.Run(async () =>
        {
            request.Check();
            return await new PvWriter(_buffer.Store).WriteAsync(request);
        });
    }

    private double[] Doubles(string pv, string name)
    {
        using var file = Hdf5File.OpenRead(Output);
        using var dataset = file.OpenDataset($"/data/{pv}/{name}");
        var values = new double[dataset.Dimensions[0]];
        dataset.ReadRows<double>(0, values, Hdf5Type.Float64);
        return values;
    }

    private ulong[] Numbers(string pv, string name)
    {
        using var file = Hdf5File.OpenRead(Output);
        using var dataset = file.OpenDataset($"/data/{pv}/{name}");
        Assert.Equal(1UL, dataset.Dimensions[1]);
        var values = new ulong[dataset.Dimensions[0]];
        dataset.ReadRows<ulong>(0, values, Hdf5Type.UInt64);
        return values;
    }

    private static IEnumerable<string> Flat(object? values) => ((IReadOnlyList<object?>)values!).Select(v => (string)v!);
}
