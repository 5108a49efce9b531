using System.Globalization;
using Hutch.Epics.Buffering;
using Hutch.Epics.ChannelAccess;
using Hutch.Epics.Serving;
using Hutch.Epics.Tests.ChannelAccess;
using Hutch.Epics.Tests.Writing;
using Hutch.Store;
using Hutch.Testing;
using Eventually = Hutch.Tests.Servers.Eventually;

namespace Hutch.Epics.Tests.Buffering;

/// <summary>A buffer on a server of ours, with the embedded store or a Redis that comes and goes.</summary>
public class PvBufferTests
{
    [Fact]
    public async Task A_PV_begins_unknown_then_has_its_values_and_ends_unknown()
    {
        await using var ioc = new Ioc();
        await using var store = new MemoryStore();
        using var buffer = Start(ioc, store.Url, new BufferConfiguration { PvList = ["t:double"] });
        await Eventually.TrueAsync(() => buffer.Pvs[0].Events == 1, "the first value");
        ioc["double"].Post(41.0);
        await Eventually.TrueAsync(() => buffer.Pvs[0].Events == 2, "the second value");
        ioc.StopServer();
        await Eventually.TrueAsync(() => buffer.Pvs[0].State == "disconnected", "the loss is noticed");
        Stop(buffer);

        var entries = await store.Store.RangeAsync("t:double", StreamId.Zero, StreamId.Max);
        Assert.Equal(["0", "1 NO_ALARM 21.5", "1 HIHI 41", "0"], entries.Select(Text));
        ioc.StartServer();
    }

    [Fact]
    public async Task The_next_buffer_says_since_when_nothing_is_known()
    {
        await using var ioc = new Ioc();
        await using var store = new MemoryStore();
        var before = EpicsTime.Now / 1000;
        using (var first = Start(ioc, store.Url, new BufferConfiguration { PvList = ["t:double"] }))
        {
            await Eventually.TrueAsync(() => first.Stored >= 2, "the first value");
            Stop(first);
        }
        var ended = EpicsTime.Now / 1000;
        await Eventually.TrueAsync(() => EpicsTime.Now / 1000 > ended + 1500_000, "time passes");
        using var second = Start(ioc, store.Url, new BufferConfiguration { PvList = ["t:double"] });
        await Eventually.TrueAsync(() => second.Stored >= 2, "the value again");
        Stop(second);

        var entries = await store.Store.RangeAsync("t:double", StreamId.Zero, StreamId.Max);
        var unknown = entries.Where(e => e.Text("connected") == "0").Select(e => long.Parse(e.Text("id")!, CultureInfo.InvariantCulture)).ToList();
        Assert.InRange(unknown[^2], before, ended);   // the last is that of the orderly end
        Assert.Equal("0", entries[^3].Text("connected"));
    }

    [Fact]
    public async Task The_list_of_PVs_changes_while_it_runs()
    {
        await using var ioc = new Ioc();
        await using var store = new MemoryStore();
        using var buffer = Start(ioc, store.Url, new BufferConfiguration { PvList = ["t:double", "t:long"] });
        await Eventually.TrueAsync(() => buffer.Pvs.All(p => p.State == "connected"), "connected");
        Assert.Equal((1, 0), buffer.AddPvs(["t:short", "t:long"]));
        Assert.Equal((0, 1), buffer.RemovePvs(["t:long"]));
        await Eventually.TrueAsync(() => buffer.Pvs.All(p => p.State == "connected"), "connected");
        Assert.Equal(["t:double", "t:short"], buffer.Pvs.Select(p => p.Name));
        Assert.Throws<UserErrorException>(() => buffer.SetPvs(["t:a", "with blank"]));
        Assert.Equal(["t:double", "t:short"], buffer.Pvs.Select(p => p.Name));
        await Eventually.TrueAsync(() => ioc["long"].Monitors == 0, "the monitor is gone");
        Stop(buffer);
        Assert.Equal("0", Text((await store.Store.NewestAsync("t:long"))[0]));
    }

    [Fact]
    public async Task A_list_that_was_changed_is_kept_until_the_file_is_edited()
    {
        await using var ioc = new Ioc();
        await using var store = new MemoryStore();
        var file = new BufferConfiguration { PvList = ["t:double", "t:long"] };
        using (var first = Start(ioc, store.Url, file))
        {
            await Eventually.TrueAsync(() => first.Stored >= 2, "it collects");
            Assert.False(first.ListIsChanged);
            first.SetPvs(["t:short", "t:long"]);
            Assert.True(first.ListIsChanged);
            Stop(first);
        }
        using (var second = Start(ioc, store.Url, file))
        {
            await Eventually.TrueAsync(() => second.Pvs.Select(p => p.Name).SequenceEqual(["t:long", "t:short"]), "the list is that of before");
            Assert.True(second.ListIsChanged);
            Stop(second);
        }
        var edited = new BufferConfiguration { PvList = ["t:double", "t:long", "t:float"] };
        using (var third = Start(ioc, store.Url, edited))
        {
            await Eventually.TrueAsync(() => third.Pvs.Count(p => p.Events > 0) == 3, "it collects what the edited file says");
            Assert.Equal(["t:double", "t:float", "t:long"], third.Pvs.Select(p => p.Name));
            Stop(third);
        }
        using var fourth = Start(ioc, store.Url, file);
        await Eventually.TrueAsync(() => fourth.Pvs.Count(p => p.Events > 0) == 2, "the change of the first file is forgotten");
        Stop(fourth);
    }

    [Fact]
    public async Task A_plot_has_the_lowest_and_the_highest_of_each_interval_and_gaps()
    {
        await using var store = new MemoryStore();
        const long begin = HandmadeBuffer.Begin;
        async Task Add(long at, double? value) => await store.Store.AppendAsync("pv", value is { } v
            ? BufferRecord.Of(new PvUpdate(PvData.Of(v), (begin + at) * 1_000_000, AlarmState.None))
            : BufferRecord.OfDisconnection((begin + at) * 1_000_000), new StreamId(begin + at));
        foreach (var (at, value) in new (long, double?)[] { (-50, 7), (110, 3), (120, 9), (310, null), (620, 1), (930, 2) })
            await Add(at, value);

        var plot = await PvPlot.ReadAsync(store.Store, "pv", begin, begin + 1000, 10);

        Assert.Equal((begin / 1000.0, 0.1, false), (plot.From, plot.Step, plot.Sampled));
        //             7 holds, then 3 and 9, 9 holds, ends in the fourth; unknown until 1 comes, which holds until 2
        Assert.Equal([7, 3, 9, 9, null, null, 1, 1, 1, 1], plot.Low);
        Assert.Equal([7, 9, 9, 9, null, null, 1, 1, 1, 2], plot.High);
    }

    [Fact]
    public async Task A_PV_of_which_nothing_comes_is_silent_and_one_that_nobody_has_was_never_connected()
    {
        await using var ioc = new Ioc();
        await using var store = new MemoryStore();
        using var buffer = Start(ioc, store.Url, new BufferConfiguration { PvList = ["t:double", "t:none"] }, new PvBufferOptions { Silence = TimeSpan.FromMilliseconds(300) });
        await Eventually.TrueAsync(() => buffer.Pvs[0].State == "silent", "silent");
        Assert.InRange(buffer.Pvs[0].Since, 1, EpicsTime.Now / 1e9 - 0.3);
        Assert.Equal("never_connected", buffer.Pvs[1].State);
        ioc["double"].Post(22.0);
        await Eventually.TrueAsync(() => buffer.Pvs[0] is { Events: 2 }, "it speaks again");
        Assert.Contains("is connected", (await buffer.DiagnoseAsync("t:double")).Advice, StringComparison.Ordinal);
        Assert.Contains("no server answers", (await buffer.DiagnoseAsync("t:none")).Advice, StringComparison.Ordinal);
        Stop(buffer);
    }

    [Fact]
    public async Task A_PV_has_its_unit_the_names_of_its_states_and_since_when_it_is_as_it_is()
    {
        await using var ioc = new Ioc();
        await using var store = new MemoryStore();
        static double Now() => EpicsTime.Now / 1e9;
        var before = Now();
        using var buffer = Start(ioc, store.Url, new BufferConfiguration { PvList = ["t:double", "t:enum", "t:none"] });
        await Eventually.TrueAsync(() => buffer.Pvs[0].Unit == "C" && buffer.Pvs[1].Value == "closed", "unit and state");
        Assert.Null(buffer.Pvs[1].Unit);
        Assert.All(buffer.Pvs, p => Assert.InRange(p.Since, before, Now()));

        before = Now();
        ioc.StopServer();
        await Eventually.TrueAsync(() => buffer.Pvs[0].State == "disconnected", "the loss is noticed");
        Assert.InRange(buffer.Pvs[0].Since, before, Now());
        Assert.Equal(("C", "21.5"), (buffer.Pvs[0].Unit, buffer.Pvs[0].Value));   // what it was when it was there
        Assert.True(buffer.Pvs[2].Since < before);
        Stop(buffer);
        ioc.StartServer();
    }

    [Fact]
    public async Task Values_that_come_late_and_pulses_that_do_not_increase_are_counted()
    {
        await using var ioc = new Ioc();
        await using var store = new MemoryStore();
        ioc.Pvs.Add(new ServedPv("t:pulse", PvData.Of(100.0)));
        using var buffer = Start(ioc, store.Url, new BufferConfiguration { PulseIdPv = "t:pulse", PvList = ["t:double"] });
        await Eventually.TrueAsync(() => buffer.Pvs[0].Events == 1 && ioc["pulse"].Monitors == 1, "connected");
        ioc["double"].Post(22.0, EpicsTime.Now - 2_000_000_000);
        foreach (var pulse in new[] { 101.0, 101.0, 99.0, 103.0 })
            ioc["pulse"].Post(pulse);
        await Eventually.TrueAsync(() => buffer.PulsesRefused == 2, "the pulses are refused");
        Assert.Equal(1, buffer.Late);
        Stop(buffer);
        Assert.Equal([100L, 101, 103], (await store.Store.RangeAsync("pulse_id", StreamId.Zero, StreamId.Max)).Select(e => e.Id.Milliseconds));
        Assert.Equal(["100", "101", "101", "99", "103"], (await store.Store.RangeAsync("pulse_id_reverse", StreamId.Zero, StreamId.Max)).Select(e => e.Text("pulse_id")));
    }

    [Fact]
    public async Task While_the_store_is_away_values_wait_and_what_there_is_no_room_for_becomes_a_gap()
    {
        await using var ioc = new Ioc();
        await using var redis = new RedisServer();
        await redis.InitializeAsync();
        const int room = 100_000;   // some two hundred values
        using var buffer = Start(ioc, redis.Url, new BufferConfiguration { PvList = ["t:long"] }, new PvBufferOptions { QueueMemory = room });
        await Eventually.TrueAsync(() => Task.FromResult(buffer.Stored == 2), TimeSpan.FromSeconds(30), () => $"the first value: {buffer.Stored} are stored, {buffer.Waiting} wait, {buffer.Pvs[0].State}");

        await redis.StopAsync();
        for (var i = 1; i <= 50; i++)
            ioc["long"].Post(i);
        await Eventually.TrueAsync(() => buffer.Pvs[0].Events == 51, "the values came");
        await redis.StartAsync();
        await Eventually.TrueAsync(() => buffer.Stored == 52, $"what waited is stored: {buffer.Stored}");
        Assert.Equal(0, buffer.Lost);

        await redis.StopAsync();
        for (var i = 51; i <= 1000; i++)
        {
            ioc["long"].Post(i);
            // A server keeps only the newest value for a client that does not keep up.
            if (i % 50 == 0)
                await Eventually.TrueAsync(() => buffer.Pvs[0].Events == i + 1, $"value {i} came");
        }
        Assert.True(buffer.Lost > 0);
        Assert.Equal(buffer.Lost, buffer.Pvs[0].Lost);
        await redis.StartAsync();
        await Eventually.TrueAsync(() => buffer.Waiting == 0 && buffer.Stored > 52, "what is left is stored");
        Stop(buffer);

        await using var store = Stores.Open(redis.Url);
        var entries = (await store.RangeAsync("t:long", StreamId.Zero, StreamId.Max)).ToList();
        var values = entries.Select(e => e.Text("connected") == "1" ? BitConverter.ToInt32(e["value"]!) : (int?)null).ToList();
        Assert.Equal(1000, values.Last(v => v is not null));
        // Wherever values are missing, something that is no value stands between.
        for (var i = 1; i < values.Count; i++)
            Assert.True(values[i] is null || values[i - 1] is null || values[i] == values[i - 1] + 1 || values[i - 1] == -7, $"{values[i - 1]} is followed by {values[i]}");
        var stretches = string.Join(" ", values.Select((v, i) => i > 0 && i < values.Count - 1 && v - 1 == values[i - 1] && v + 1 == values[i + 1] ? "" : $"{v?.ToString(CultureInfo.InvariantCulture) ?? "gap"}").Where(t => t.Length > 0));
        Assert.True(1000 - buffer.Lost == values.Count(v => v > 0), $"{buffer.Lost} are lost of {stretches}");
    }

    private static PvBuffer Start(Ioc ioc, string store, BufferConfiguration configuration, PvBufferOptions? options = null)
    {
        var buffer = new PvBuffer(configuration, Stores.Open(store), () => new CaClient(new CaClientOptions { AddressList = $"127.0.0.1:{ioc.Port}" }),
            (options ?? new PvBufferOptions()) with { ServiceName = $"buffer-{ioc.Port}" });
        buffer.Start();
        return buffer;
    }

    private static void Stop(PvBuffer buffer)
    {
        buffer.Stop();
        Assert.True(buffer.WaitTillStopped(TimeSpan.FromSeconds(20)));
    }

    private static string Text(StreamEntry entry) => entry.Text("connected") == "0" ? "0"
        : string.Create(CultureInfo.InvariantCulture, $"1 {entry.Text("status")} {BitConverter.ToDouble(entry["value"]!)}");
}
