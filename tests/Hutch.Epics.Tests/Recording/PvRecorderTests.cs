using Hutch.Acquisitions;
using System.Text.Json.Nodes;
using Hutch.Epics.ChannelAccess;
using Hutch.Epics.Recording;
using Hutch.Epics.Tests.Writing;
using Hutch.Native.Hdf5;
using Hutch.Services;
using Hutch.Store;

namespace Hutch.Epics.Tests.Recording;

/// <summary>The group /control of files of images, from a buffer that was made by hand; the acquisition lasted from 20 to 80 ms, its images have the ids 104 to 106.</summary>
public sealed class PvRecorderTests : IAsyncDisposable
{
    private const ulong FirstImage = 104;
    private const int Images = 3;

    private readonly HandmadeBuffer _buffer = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("hutch epics ").FullName;

    private string FilePath => Path.Combine(_folder, "images.h5");

    public async ValueTask DisposeAsync()
    {
        await _buffer.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false, new[] { -5.0, 21, 40, 60, 79, 85 })]   // from 20 to 80 ms, the one before, the one after
    [InlineData(true, new[] { 40.0, 60 })]                    // pulses 104 to 106: from 40 to 60 ms
    public async Task The_time_or_the_image_ids_say_which_values_belong_to_the_file(bool byImageIds, double[] expected)
    {
        await MakeAsync(["pv"]);

        var report = await ReportAsync(byImageIds);

        Assert.Equal("ok", (string?)report["status"]);
        Assert.Equal(expected.Length, (int)report["control"]![FilePath]!["points"]!);
        using var file = Hdf5File.OpenRead(FilePath);
        using var data = file.OpenDataset("/control/pv/data");
        var values = new double[data.Dimensions[0]];
        data.ReadRows<double>(0, values, Hdf5Type.Float64);
        Assert.Equal(expected, values);
        Assert.Equal("NXcollection", file.TryReadText("/control", "NX_class"));
    }

    [Fact]
    public async Task A_file_that_is_away_is_an_error_in_the_report_and_holds_nothing_up()
    {
        await MakeAsync(["pv"]);
        File.Move(FilePath, FilePath + ".moved");

        var report = await ReportAsync();

        Assert.Equal("error", (string?)report["status"]);
        Assert.Contains(FilePath, (string)report["errors"]![0]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_another_program_writes_waits_until_it_is_closed()
    {
        await MakeAsync(["pv"]);
        using var recorder = Start(false);
        using (File.Open(FilePath, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            await Eventually.TrueAsync(() => recorder.Waiting == 1, "the recorder has heard of it");
            var heard = recorder.Heartbeat;
            await Eventually.TrueAsync(() => recorder.Heartbeat > heard.AddSeconds(0.3), "the recorder has tried it");
            Assert.Equal(0, recorder.Recorded);
        }
        await Eventually.TrueAsync(() => recorder.Recorded == 1, "the PVs are in the file");
        Assert.Equal("ok", (string?)(await FindReportAsync())!["status"]);
        recorder.Stop();
        Assert.True(recorder.WaitTillStopped(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_group_that_is_there_is_not_written_again()
    {
        await MakeAsync(["pv"]);
        Hdf5Amendment.Apply(FilePath, f => f.CreateGroup("control").Dispose());
        var before = await File.ReadAllBytesAsync(FilePath);

        var report = await ReportAsync();

        Assert.Equal("ok", (string?)report["status"]);
        Assert.Equal(before, await File.ReadAllBytesAsync(FilePath));
    }

    private async Task MakeAsync(string[] pvs)
    {
        await _buffer.AddPulsesAsync();
        foreach (var at in new[] { -50, -5, 21, 40, 60, 79, 85, 95 })
            await _buffer.AddAsync("pv", at, PvData.Of((double)at));
        using (var file = Hdf5File.Create(FilePath, newest: true))
        using (var group = file.CreateGroup("det"))
        using (var data = group.CreateFixedDataset("data", Hdf5Type.UInt16, Images, 2, 2))
        using (var ids = group.CreateFixedDataset("image_id", Hdf5Type.UInt64, Images))
        {
            data.WriteRows<ushort>(0, new ushort[Images * 4], Hdf5Type.UInt16);
            ids.WriteRows<ulong>(0, [.. Enumerable.Range(0, Images).Select(i => FirstImage + (ulong)i)], Hdf5Type.UInt64);
        }
        var record = new JsonObject
        {
            ["state"] = "FINISHED",
            ["log_id"] = "1-0",
            ["info"] = new JsonObject { ["pvs"] = new JsonArray([.. pvs.Select(p => JsonValue.Create(p))]) },
            ["stats"] = new JsonObject { ["start_time"] = (HandmadeBuffer.Begin + 20) / 1000.0, ["stop_time"] = (HandmadeBuffer.Begin + 80) / 1000.0 },
            ["files"] = new JsonArray(FilePath),
        };
        await _buffer.Store.AppendJsonAsync(DaqKeys.Acquisitions, record);
    }

    private PvRecorder Start(bool byImageIds)
    {
        var recorder = new PvRecorder(_buffer.Store, _buffer.Store, new PvRecorderOptions { Name = "test", ImageIdsArePulses = byImageIds });
        recorder.Start();
        return recorder;
    }

    private async Task<JsonObject> ReportAsync(bool byImageIds = false)
    {
        using var recorder = Start(byImageIds);
        await Eventually.TrueAsync(() => recorder.Recorded == 1, "there is a report");
        recorder.Stop();
        Assert.True(recorder.WaitTillStopped(TimeSpan.FromSeconds(30)));
        return (await FindReportAsync())!;
    }

    private async Task<JsonObject?> FindReportAsync() =>
        await _buffer.Store.NewestAsync(DaqKeys.Reports(StreamId.Parse("1-0")), 1) is [var entry] ? AcquisitionLog.ReadObject(entry) : null;
}
