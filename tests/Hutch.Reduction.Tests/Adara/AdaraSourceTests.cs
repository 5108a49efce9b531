using System.Globalization;
using Hutch.Reduction.Tests.Support;
using Hutch.Services.Scopes;

namespace Hutch.Reduction.Tests.Adara;

/// <summary>Events from a service that knows nothing of Hutch to a result that is exact.</summary>
public class AdaraSourceTests
{
    private const string Script = """
        import numpy as np
        counts = np.zeros((64, 100), 'u4')
        np.add.at(counts, (input['id'], (input['tof'].astype('f8') * (100 / 16667)).astype(int)), 1)
        output = {'counts': counts, 'charge': attrs['proton_charge'], 'monitors': attrs['monitors']['3']['count'], 'pulses': attrs['pulses'],
                  'temperature': float(attrs.get('logs', {}).get('SIM:T', 0)), 'values': len(attrs.get('log_values', {}).get('SIM:T', {}).get('value', [])),
                  'open': attrs.get('logs', {}).get('SIM:Shutter') == 'open'}
        """;

    private const string Device = """
        <?xml version="1.0"?><device xmlns="http://public.sns.gov/schema/device.xsd"><enumerations><enumeration><enum_name>enum_01</enum_name>
        <enum_element><enum_element_name>open</enum_element_name><enum_element_value>1</enum_element_value></enum_element></enumeration></enumerations>
        <process_variables><process_variable><pv_name>SIM:T</pv_name><pv_id>4</pv_id><pv_type>double</pv_type><pv_units>K</pv_units></process_variable>
        <process_variable><pv_name>SIM:Shutter</pv_name><pv_id>5</pv_id><pv_type>enum_01</pv_type></process_variable></process_variables></device>
        """;

    private static RunningReduction Reduction(AdaraPeer peer, object? more = null)
    {
        var reduction = new RunningReduction(more);
        reduction.Configuration["listener"] = peer.Address;
        reduction.Configuration["pulses_per_chunk"] ??= 7;
        reduction.WriteProc(Script);
        return reduction;
    }

    private static void WaitForEnd(RunningReduction reduction, int run) =>
        reduction.WaitUntil(() => reduction.Result is { IsFinal: true } result && result.Run == run.ToString(CultureInfo.InvariantCulture), $"the end of run {run}");

    [Fact]
    public void Runs_pauses_logs_unknown_types_newer_versions_and_what_comes_twice()
    {
        using var peer = new AdaraPeer();
        using var reduction = Reduction(peer);
        reduction.Start();
        peer.WaitForHellos(1);
        peer.Do(new { @do = "text", type = 0x400A, text = "<instrument name='SIM'/>" });
        peer.Do(new { @do = "text", type = 0x8000, device = 3, text = Device });
        peer.Do(new { @do = "value", device = 3, variable = 4, value = 21.5 });
        peer.Do(new { @do = "value", device = 3, variable = 5, value = 1 });
        peer.Pulses(0, 3);
        peer.NewRun(100);
        peer.Pulses(100, 20);
        peer.Do(new { @do = "mark", marker = 3 });
        peer.Pulses(100, 5, paused: true);
        peer.Do(new { @do = "mark", marker = 4 });
        peer.Pulses(100, 12, again: true);
        // The next run's data come while the last chunk is on its way; in between are some of no run.
        peer.EndRun(100);
        peer.Pulses(0, 4);
        peer.NewRun(101, version: 1);
        peer.Do(new { @do = "raw", bytes = "0800000000555500" + "0000000000000000" + "ffffffffffffffff" });
        peer.Pulses(101, 10, extra: "0102030405060708");
        peer.EndRun(101);
        WaitForEnd(reduction, 101);
        peer.AssertExact(reduction, 100);
        peer.AssertExact(reduction, 101);
        Assert.Equal((0L, 0L), (reduction.Status!.Lost, reduction.Status.Failed));
        // Chunks of 7 and 3 pulses.
        Assert.Equal((10.0, 20.0), (reduction.Values("pulses")[0], reduction.Values("monitors")[0]));
        Assert.Equal((21.5, 2.0), (reduction.Values("temperature")[0] / reduction.Result!.Chunks, reduction.Values("open")[0]));
        // Each pulse has a packet of events and one of monitors; what came before the first run was of none.
        foreach (var remark in new[] { "14 packets between runs", "10 packets of pauses skipped", "12 repeated packets skipped" })
            reduction.WaitUntil(() => reduction.Status.Source.Contains(remark, StringComparison.Ordinal), $"the status says: {remark}");
        Assert.Equal("<instrument name='SIM'/>", File.ReadAllText(Path.Combine(global::Hutch.LiveResults.ResultFolder.All().Single(f => f.Instrument == reduction.Instrument).Path, "geometry.xml")));
        // The first hello asks for no history, as deployed clients do.
        Assert.Equal([[0, 0]], peer.Hellos);
    }

    [Fact]
    public void Scans_are_periods_of_which_some_are_taken()
    {
        using var peer = new AdaraPeer();
        using var reduction = Reduction(peer, new { periods = new[] { 2, 3 }, pulses_per_chunk = 4 });
        reduction.WriteProc(Script.Replace("'open':", "'periods': sum(attrs['periods']['value']), 'open':", StringComparison.Ordinal));
        reduction.Start();
        peer.WaitForHellos(1);
        peer.NewRun(300);
        // Numpy keeps the pulses of the scans that are wanted under the run's own number; the others under that of another.
        foreach (var scan in new[] { 1, 2, 3, 1 })
        {
            peer.Do(new { @do = "mark", marker = 1, scan });
            peer.Pulses(scan == 1 ? 0 : 300, 6);
            peer.Do(new { @do = "mark", marker = 2, scan });
            peer.Pulses(0, 2);
        }
        peer.EndRun(300);
        WaitForEnd(reduction, 300);
        peer.AssertExact(reduction, 300);
        // Chunks of 4 pulses: 2 2 2 2, 2 2 3 3, 3 3 3 3: what is told of a chunk is its first period, and where it changes.
        Assert.Equal((3L, 2.0 + (2 + 3) + 3), (reduction.Result!.Chunks, reduction.Values("periods")[0]));
    }

    [Fact]
    public void Mapped_events_and_what_else_a_stream_tells()
    {
        using var peer = new AdaraPeer();
        using var reduction = Reduction(peer);
        reduction.WriteProc("import json, os\n" + Script.Replace("attrs['monitors']['3']['count']", "0", StringComparison.Ordinal)
            + $"\njson.dump({{k: attrs.get(k) for k in ('ring_period', 'sources', 'translation', 'bank_sets')}}, open({System.Text.Json.JsonSerializer.Serialize(Path.Combine(reduction.Folder, "facts.json"))}, 'w'))");
        reduction.Start();
        peer.WaitForHellos(1);
        uint[] Text(string text) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(System.Text.Encoding.ASCII.GetBytes(text)).ToArray();
        uint[] Rtdl() => [1, 2, 3, 4, (4U << 24) | 16_666_100, .. new uint[25]];
        peer.Do(new { @do = "words", type = 0x0001, words = Rtdl() });
        peer.Do(new { @do = "words", type = 0x0001, words = Rtdl()[1..] });       // damaged
        peer.Do(new { @do = "words", type = 0x0002, words = new[] { 5, 6 } });
        peer.Do(new { @do = "words", type = 0x4005, words = (uint[])[(0x8000U << 16) | 8, .. Text("all well")] });
        uint[] set = [.. Text("north\0\0\0\0\0\0\0\0\0\0\0"), 3, 2, 10, 11, 5, 16_667, 100, 0, 0x40000000, .. Text("_n\0\0\0\0\0\0\0\0\0\0\0\0\0\0")];
        peer.Do(new { @do = "words", type = 0x400E, words = (uint[])[1, .. set] });
        peer.Do(new { @do = "words", type = 0x400E, words = (uint[])[2, .. set] });       // damaged
        peer.Do(new { @do = "words", type = 0x0000, words = new uint[8] });
        peer.NewRun(310);
        peer.Do(new { @do = "mapped", run = 310, count = 20 });
        peer.EndRun(310);
        WaitForEnd(reduction, 310);
        peer.AssertExact(reduction, 310);
        Assert.Equal("""{"ring_period": 16666100, "sources": [5, 6], "translation": {"status": 32768, "reason": "all well"}, "bank_sets": [{"name": "north", "has_events": true, "has_histogram": true, "banks": [10, 11], "tof_offset": 5, "tof_max": 16667, "tof_bin": 100, "throttle": 2.0, "suffix": "_n"}]}""",
            File.ReadAllText(Path.Combine(reduction.Folder, "facts.json")).Replace("\"throttle\": 2,", "\"throttle\": 2.0,", StringComparison.Ordinal));
        reduction.WaitUntil(() => reduction.Status!.Lost == 2, "two damaged packets are counted");
        Assert.Contains("1 packets of raw events skipped", reduction.Status!.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_cut_in_mid_run_is_made_again_and_no_pulse_is_lost_or_taken_twice()
    {
        using var peer = new AdaraPeer();
        using var reduction = Reduction(peer);
        reduction.Start();
        peer.WaitForHellos(1);
        peer.NewRun(7);
        for (var cut = 1; cut <= 3; cut++)
        {
            peer.Pulses(7, 100);
            peer.Do(new { @do = "cut" });
            peer.Pulses(7, 10);
            peer.WaitForHellos(1 + cut);
        }
        peer.EndRun(7);
        WaitForEnd(reduction, 7);
        peer.AssertExact(reduction, 7);
        Assert.Equal(330, reduction.Values("pulses")[0]);
        Assert.All(peer.Hellos.Skip(1), hello => Assert.True(hello[1] > 0));
        Assert.Equal(0, reduction.Status!.Lost);
    }

    [Fact]
    public void A_run_that_ends_while_the_connection_is_lost_is_complete_and_the_next_is_too()
    {
        using var peer = new AdaraPeer();
        using var reduction = Reduction(peer);
        reduction.Start();
        peer.WaitForHellos(1);
        peer.NewRun(7);
        peer.Pulses(7, 30);
        peer.Do(new { @do = "cut" });
        peer.Pulses(7, 20);
        peer.EndRun(7);
        peer.NewRun(8);
        peer.Pulses(8, 25);
        peer.EndRun(8);
        WaitForEnd(reduction, 8);
        peer.AssertExact(reduction, 7);
        peer.AssertExact(reduction, 8);
    }

    [Fact]
    public void Bytes_that_come_one_by_one_and_events_that_are_counted_as_they_come()
    {
        using var peer = new AdaraPeer();
        using var reduction = Reduction(peer, new { preserve_events = false, histogram = new { tof_min = 0, tof_max = AdaraPeer.TofMax, bins = AdaraPeer.Bins, ids = AdaraPeer.Pixels } });
        reduction.WriteProc("output = {'counts': input, 'charge': attrs['proton_charge']}");
        reduction.Start();
        peer.WaitForHellos(1);
        peer.Do(new { @do = "pieces", size = 1 });
        peer.NewRun(9);
        peer.Pulses(9, 40);
        peer.EndRun(9);
        WaitForEnd(reduction, 9);
        peer.AssertExact(reduction, 9);
    }

    [Fact]
    public void Three_instruments_at_once()
    {
        AdaraPeer[] peers = [new(), new(), new()];
        // Each as in a process of its own: the services of a reduction have the same names.
        Session[] sessions = [new("one"), new("two"), new("three")];
        RunningReduction[] reductions = [.. peers.Select(p => Reduction(p))];
        try
        {
            for (var i = 0; i < peers.Length; i++)
            {
                sessions[i].Enter();
                reductions[i].Start();
                sessions[i].Leave();
            }
            foreach (var peer in peers)
                peer.WaitForHellos(1);
            for (var round = 0; round < 3; round++)
            {
                for (var i = 0; i < peers.Length; i++)
                {
                    if (round == 0)
                        peers[i].NewRun(50 + i);
                    peers[i].Pulses(50 + i, 20 + i);
                    if (round == 2)
                        peers[i].EndRun(50 + i);
                }
            }
            for (var i = 0; i < peers.Length; i++)
            {
                WaitForEnd(reductions[i], 50 + i);
                peers[i].AssertExact(reductions[i], 50 + i);
            }
        }
        finally
        {
            foreach (var reduction in reductions)
                reduction.Dispose();
            foreach (var peer in peers)
                peer.Dispose();
        }
    }

    [Theory]
    [InlineData(null, 70)]      // the run from its start
    [InlineData("now", 20)]
    public void It_begins_in_mid_run_where_it_is_told_to(string? start, int pulses)
    {
        using var peer = new AdaraPeer();
        peer.NewRun(4);
        peer.Pulses(4, 100);
        peer.EndRun(4);
        peer.NewRun(5);
        peer.Pulses(5, 50);
        using var reduction = Reduction(peer, new { start_time = start, pulses_per_chunk = 1 });
        reduction.Start();
        peer.WaitForHellos(start is null ? 2 : 1);
        peer.Pulses(5, 20);
        peer.EndRun(5);
        WaitForEnd(reduction, 5);
        Assert.Equal(pulses, reduction.Values("pulses")[0]);
        Assert.False(File.Exists(Path.Combine(reduction.Folder, "saved", $"{reduction.Instrument}_4_reduced.nxs.h5")));
        if (start is null)
            peer.AssertExact(reduction, 5);
    }

    [Fact]
    public void It_begins_at_a_time_and_takes_data_of_pauses_and_only_some_pixels_when_told_to()
    {
        using var peer = new AdaraPeer();
        peer.NewRun(6);
        peer.Pulses(6, 200);
        // The peer's clock begins at 1780000000 s, with 60 pulses a second: 80 of the 200 are older than 80 pulses and a bit.
        var start = DateTimeOffset.FromUnixTimeSeconds(1_780_000_000).AddTicks((long)(80.5 * 166_666.67));
        using var reduction = Reduction(peer, new { start_time = start.ToString("O"), keep_paused_events = true, spectra = Enumerable.Range(0, 32), pulses_per_chunk = 1 });
        reduction.Start();
        peer.WaitForHellos(1);
        peer.Do(new { @do = "mark", marker = 3 });
        peer.Pulses(6, 10);
        peer.EndRun(6);
        WaitForEnd(reduction, 6);
        Assert.Equal([[1, start.ToUnixTimeSeconds() - 631_152_000, 2]], peer.Hellos);
        Assert.Equal(130, reduction.Values("pulses")[0]);
        Assert.Equal(0, reduction.Values("counts")[(32 * AdaraPeer.Bins)..].Sum());
        Assert.True(reduction.Values("counts").Sum() > 1000);
    }

    [Fact]
    public void A_stream_faster_than_the_scripts_is_kept_while_there_is_room_and_what_is_skipped_is_counted()
    {
        using var peer = new AdaraPeer();
        using var reduction = Reduction(peer, new { buffer_mb = 1, pulses_per_chunk = 1 });
        var open = Path.Combine(reduction.Folder, "open");
        reduction.WriteProc($"import os, time\nwhile not os.path.exists('{open}'): time.sleep(0.01)\noutput = {{'count': len(input)}}");
        reduction.Start();
        peer.WaitForHellos(1);
        peer.NewRun(3);
        peer.Pulses(3, 400);
        reduction.WaitUntil(() => reduction.Status is { Lost: > 50 }, "skipped chunks");
        File.WriteAllText(open, "");
        peer.Pulses(3, 10);
        peer.EndRun(3);
        WaitForEnd(reduction, 3);
        // The status is written a little later than the result.
        long Skipped() => reduction.Status!.Source.Split(" events skipped") is [var before, _] ? long.Parse(before.Split(' ')[^1], CultureInfo.InvariantCulture) : 0;
        reduction.WaitUntil(() => Skipped() + (long)reduction.Values("count")[0] == peer.Expect(3).Events, $"all of {peer.Expect(3).Events} events are reduced or counted as skipped");
    }

    [Fact]
    public void Bytes_that_are_no_packet_end_the_connection_and_are_left_behind_after_some_tries()
    {
        using var peer = new AdaraPeer();
        using var reduction = Reduction(peer, new { pulses_per_chunk = 1 });
        reduction.Start();
        peer.WaitForHellos(1);
        peer.NewRun(12);
        peer.Pulses(12, 20);
        peer.Do(new { @do = "raw", bytes = "0300000000000040" + "0000000000000000" });
        peer.WaitForHellos(4);
        Assert.Equal(0, peer.Hellos[3][1]);
        peer.Pulses(12, 10);
        peer.EndRun(12);
        WaitForEnd(reduction, 12);
        peer.AssertExact(reduction, 12);
        reduction.WaitUntil(() => reduction.Status!.Lost == 3, "three tries are counted");
    }
}
