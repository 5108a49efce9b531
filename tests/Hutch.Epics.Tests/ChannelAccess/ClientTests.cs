using Hutch.Epics.ChannelAccess;
using Hutch.Epics.Serving;

namespace Hutch.Epics.Tests.ChannelAccess;

/// <summary>Our client, which is libca, against our server: both ends of the protocol, one of them the reference.</summary>
public class ClientTests
{
    [Fact]
    public async Task Values_of_every_type_are_read()
    {
        await using var ioc = new Ioc();

        Assert.Equal(21.5, await ioc.Pv("double").GetAsync<double>());
        Assert.Equal(1.25f, await ioc.Pv("float").GetAsync<float>());
        Assert.Equal(-7, await ioc.Pv("long").GetAsync<int>());
        Assert.Equal(3, await ioc.Pv("short").GetAsync<short>());
        Assert.Equal(200, await ioc.Pv("char").GetAsync<byte>());
        Assert.Equal(1, await ioc.Pv("enum").GetAsync<int>());
        Assert.Equal("hello", await ioc.Pv("string").GetAsync<string>());
        Assert.Equal(new[] { 1.0, 2.0, 3.0 }, await ioc.Pv("array").GetAsync<double[]>());
        Assert.Equal(new[] { "a", "bc" }, await ioc.Pv("strings").GetAsync<string[]>());
        Assert.Equal([PvType.Double, PvType.Float, PvType.Int32, PvType.Int16, PvType.Char, PvType.Enum, PvType.String],
            new[] { "double", "float", "long", "short", "char", "enum", "string" }.Select(n => ioc.Pv(n).Type!.Value));
    }

    [Fact]
    public async Task A_value_keeps_its_time_stamp_to_the_nanosecond_and_its_alarm()
    {
        await using var ioc = new Ioc();
        const long time = 1_700_000_000_123_456_789;
        ioc["double"].Post(41.0, time);

        var update = await ioc.Pv("double").GetAsync();

        Assert.Equal(time, update.Nanoseconds);
        Assert.Equal(new AlarmState(AlarmStatus.HiHi, AlarmSeverity.Major), update.Alarm);
    }

    [Fact]
    public async Task What_a_PV_says_beside_its_values_is_read()
    {
        await using var ioc = new Ioc();
        ioc.Pvs.Add(new ServedPv("t:count", PvData.Of((short)4)) { Properties = new PvProperties { Units = "1/s", Display = new(-5, 5), Control = new(0, 9) } });

        var number = await ioc.Pv("double").GetPropertiesAsync();
        Assert.Equal(("C", 2), (number.Units, number.Precision));
        Assert.Equal([new(10, 30), new(5, 40), new(-50, 50)], new[] { number.Warning, number.Alarm, number.Control });
        var count = await ioc.Pv("count").GetPropertiesAsync();
        Assert.Equal(("1/s", new PvRange(-5, 5), new PvRange(0, 9)), (count.Units, count.Display, count.Control));
        Assert.Equal(["open", "closed", "moving"], (await ioc.Pv("enum").GetPropertiesAsync()).States);
        Assert.Equal(PvRange.None, (await ioc.Pv("array").GetPropertiesAsync()).Control);
        Assert.Equal("", (await ioc.Pv("string").GetPropertiesAsync()).Units);
    }

    [Theory]
    [InlineData("double", 12.5)]
    [InlineData("float", -0.5)]
    [InlineData("long", 123456789.0)]
    [InlineData("short", -32768.0)]
    [InlineData("char", 255.0)]
    [InlineData("enum", 2.0)]
    public async Task Numbers_are_put(string name, double value)
    {
        await using var ioc = new Ioc();
        await ioc.Pv(name).PutAsync(value);
        Assert.Equal(value, ioc[name].Current.Data.NumberAt(0));
    }

    [Fact]
    public async Task Texts_are_put_as_texts_states_and_numbers()
    {
        await using var ioc = new Ioc();
        await ioc.Pv("string").PutAsync("größer");
        await ioc.Pv("enum").PutAsync("moving");
        await ioc.Pv("double").PutAsync("0.25");
        await ioc.Pv("strings").PutAsync(new[] { "x", "" });

        Assert.Equal("größer", await ioc.Pv("string").GetAsync<string>());
        Assert.Equal(2, await ioc.Pv("enum").GetAsync<int>());
        Assert.Equal(0.25, await ioc.Pv("double").GetAsync<double>());
        Assert.Equal(new[] { "x", "" }, await ioc.Pv("strings").GetAsync<string[]>());
    }

    [Theory]
    [InlineData("double", 50.1)]
    [InlineData("double", double.NegativeInfinity)]
    [InlineData("short", 40000.0)]
    [InlineData("enum", 3.0)]
    [InlineData("enum", -1.0)]
    [InlineData("fixed", 1.0)]
    [InlineData("long", "abc")]
    public async Task A_value_that_is_not_allowed_is_refused_and_the_old_one_stays(string name, object value)
    {
        await using var ioc = new Ioc();
        var before = ioc[name].Current;

        var error = await Assert.ThrowsAsync<UserErrorException>(() => ioc.Pv(name).PutAsync(value));

        Assert.Contains("t:" + name, error.Message, StringComparison.Ordinal);
        Assert.Same(before, ioc[name].Current);
        Assert.True(ioc.Server.Counters.PutsRefused >= 1 || name == "fixed");   // libca itself keeps puts to read-only PVs back
    }

    [Fact]
    public async Task An_array_of_a_million_elements_goes_both_ways()
    {
        await using var ioc = new Ioc();
        var values = Enumerable.Range(0, 1_000_000).Select(i => i * 0.5).ToArray();
        await ioc.Pv("array").PutAsync(values);
        Assert.Equal(values, await ioc.Pv("array").GetAsync<double[]>());
    }

    [Fact]
    public async Task Clients_of_one_process_search_each_where_it_was_told()
    {
        await using var first = new Ioc();
        await using var second = new Ioc();
        first["long"].Post(1);
        second["long"].Post(2);
        // All are made before any of them searches.
        await using var elsewhere = new CaClient(new CaClientOptions { Timeout = TimeSpan.FromSeconds(1) });
        var clients = (A: first.Client, B: second.Client);

        Assert.Equal(1, await clients.A.Pv("t:long").GetAsync<int>());
        Assert.Equal(2, await clients.B.Pv("t:long").GetAsync<int>());
        // One that was told nothing searches where the process does, which is not here.
        await Assert.ThrowsAsync<UserErrorException>(() => elsewhere.Pv("t:long").GetAsync<int>());
    }

    [Fact]
    public async Task A_monitor_gets_every_value_in_order()
    {
        await using var ioc = new Ioc();
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var got = new List<int>();
        var monitor = Task.Run(async () =>
        {
            await foreach (var update in ioc.Pv("long").MonitorAsync(cancel: enough.Token))
            {
                got.Add(update.Get<int>());
                if (got.Count == 501)
                    return;
            }
        });
        await Eventually.TrueAsync(() => ioc["long"].Monitors == 1, "the monitor is there");
        for (var i = 0; i < 500; i++)
            ioc["long"].Post(i);
        await monitor;

        Assert.Equal([-7, .. Enumerable.Range(0, 500)], got);
    }

    [Fact]
    public async Task Ten_clients_at_once_put_read_and_monitor()
    {
        await using var ioc = new Ioc();
        var clients = Enumerable.Range(0, 10).Select(_ => new CaClient(new CaClientOptions { AddressList = $"127.0.0.1:{ioc.Port}", Timeout = TimeSpan.FromSeconds(30) })).ToList();
        for (var i = 0; i < clients.Count; i++)
            ioc.Pvs.Add(new ServedPv($"t:own{i}", PvData.Of(0)) { IsWritable = true });
        var heard = clients.Select(_ => new Heard()).ToList();
        var listening = clients.Select((c, i) => c.Listen("t:long", PvEvents.Value, heard[i])).ToList();
        await Eventually.TrueAsync(() => heard.All(h => h.Count == 1), "all have the first value");

        await Task.WhenAll(clients.Select(async (client, i) =>
        {
            for (var n = 1; n <= 50; n++)
            {
                await client.Pv($"t:own{i}").PutAsync(n);
                Assert.Equal(n, await client.Pv($"t:own{i}").GetAsync<int>());
                ioc["long"].Post(i * 1000 + n);
            }
        }));

        await Eventually.TrueAsync(() => heard.All(h => h.Count == 501), $"all have all: {string.Join(" ", heard.Select(h => h.Count))}");
        listening.ForEach(l => l.Dispose());
        foreach (var client in clients)
            await client.DisposeAsync();
        await Eventually.TrueAsync(() => ioc.Server.Clients == 0, "all are gone");
    }

    [Fact]
    public async Task A_monitor_goes_on_after_the_server_was_away_and_tells_of_it()
    {
        await using var ioc = new Ioc();
        var heard = new System.Collections.Concurrent.ConcurrentQueue<bool>();
        var got = new System.Collections.Concurrent.ConcurrentQueue<double>();
        ioc.Pv("double").ConnectionChanged += (_, up) => heard.Enqueue(up);
        using var end = new CancellationTokenSource();
        var monitor = Task.Run(async () =>
        {
            await foreach (var update in ioc.Pv("double").MonitorAsync(cancel: end.Token))
                got.Enqueue(update.Get<double>());
        });
        await Eventually.TrueAsync(() => got.Contains(21.5), "the first value");

        ioc.StopServer();
        await Eventually.TrueAsync(() => !ioc.Pv("double").IsConnected, "the loss is noticed");
        ioc["double"].Post(22.5);
        ioc.StartServer();
        await Eventually.TrueAsync(() => got.Contains(22.5), "the value after the restart");

        Assert.Equal(22.5, await ioc.Pv("double").GetAsync<double>());
        Assert.Equal([true, false, true], heard);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => monitor);
    }

    [Fact]
    public async Task A_server_that_comes_back_with_another_type_is_monitored_as_that()
    {
        await using var ioc = new Ioc();
        var listener = new Heard();
        using var listening = ioc.Client.Listen("t:double", PvEvents.Value, listener);
        await Eventually.TrueAsync(() => listener.Last?.Data.Type == PvType.Double, "a number");
        ioc.StopServer();

        var other = new PvTable();
        other.Add(new ServedPv("t:double", PvData.Of("now a text")));
        using var server = new CaServer("other", other, ioc.Options with { Port = ioc.Port });
        server.Start();
        await Eventually.TrueAsync(() => listener.Last?.Data.Type == PvType.String, "a text");
        Assert.Equal("now a text", listener.Last!.Get<string>());
        server.Stop();
        Assert.True(server.WaitTillStopped(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_PV_that_is_not_there_is_an_error_that_names_the_address_list()
    {
        await using var ioc = new Ioc();
        await using var client = new CaClient(new CaClientOptions { AddressList = $"127.0.0.1:{ioc.Port}", Timeout = TimeSpan.FromMilliseconds(300) });
        var error = await Assert.ThrowsAsync<UserErrorException>(() => client.Pv("t:none").GetAsync<double>());
        Assert.Contains($"127.0.0.1:{ioc.Port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("t:none", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_archive_mask_hears_other_changes_than_the_value_mask()
    {
        await using var ioc = new Ioc();
        ioc.Pvs.Add(new ServedPv("t:banded", PvData.Of(0.0)) { MonitorDeadBand = 5, ArchiveDeadBand = 1 });
        Heard values = new(), archive = new();
        using var one = ioc.Client.Listen("t:banded", PvEvents.Value, values);
        using var two = ioc.Client.Listen("t:banded", PvEvents.Value | PvEvents.Log, archive);
        await Eventually.TrueAsync(() => values.Count == 1 && archive.Count == 1, "the first values");
        for (var i = 1; i <= 20; i++)
            ioc["banded"].Post((double)i);
        await Eventually.TrueAsync(() => archive.Count == 11, $"every other change: {archive.Count}");
        Assert.Equal(1 + 3, values.Count);
    }

    private sealed class Heard : IPvListener
    {
        private int _count;

        public int Count => _count;

        public volatile PvUpdate? Last;

        public void OnConnection(bool connected)
        {
        }

        public void OnUpdate(PvUpdate update)
        {
            Last = update;
            Interlocked.Increment(ref _count);
        }
    }
}
