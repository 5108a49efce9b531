using Hutch.Reduction.Simulation;
using Hutch.Reduction.Tests.Support;

namespace Hutch.Reduction.Tests.Kafka;

/// <summary>Events over the real protocol, from a producer that knows nothing of Hutch, to a result that is exact.</summary>
public sealed class KafkaSourceTests : IDisposable
{
    private const long StartMs = 1_780_000_000_000;
    private const int Pulses = 30;

    private readonly MockBroker _broker = new();
    private readonly KafkaPeer _peer;

    public KafkaSourceTests()
    {
        foreach (var topic in new[] { "LOKI_events", "LOKI_runInfo", "LOKI_sampleEnv" })
            _broker.CreateTopic(topic);
        _peer = new KafkaPeer(_broker.Brokers);
    }

    public void Dispose()
    {
        _peer.Dispose();
        _broker.Dispose();
    }

    private RunningReduction Reduction(object? more = null)
    {
        var reduction = new RunningReduction(more ?? new { });
        reduction.Configuration["listener"] = $"kafka://{_broker.Brokers}/LOKI_events,LOKI_runInfo,LOKI_sampleEnv";
        reduction.WriteProc("import numpy as np\noutput = {'events': input, 'temperature': attrs.get('logs', {}).get('LOKI:T', 0)}");
        return reduction;
    }

    private static long TimeNs(int pulse) => (StartMs * 1_000_000L) + 5 + (pulse * 71_428_571L);

    private static (int[] Tof, int[] Pixel) EventsOf(int pulse, int bank)
    {
        var random = new Random((pulse * 10) + bank);
        var count = random.Next(5);
        return ([.. Enumerable.Range(0, count).Select(_ => random.Next(100_000_000))], [.. Enumerable.Range(0, count).Select(_ => (bank * 1000) + random.Next(1000))]);
    }

    // Two pulses in a message.
    private void SendBank(int bank, int fromPulse, int toPulse, Func<int, bool>? lost = null)
    {
        for (var p = fromPulse; p < toPulse; p += 2)
        {
            var (one, two) = (EventsOf(p, bank), EventsOf(p + 1, bank));
            if (lost?.Invoke(p) != true)
                _peer.SendEvents($"bank{bank}", p / 2, [TimeNs(p), TimeNs(p + 1)], [0, one.Tof.Length], [.. one.Tof, .. two.Tof], [.. one.Pixel, .. two.Pixel]);
        }
    }

    // What h5py finds in the file of a run: time, tof and pixel of each event, in the order of the numbers.
    private static string Saved(RunningReduction reduction, string run) => Python.Run("""
        import h5py, sys
        with h5py.File(sys.argv[1]) as f:
            print(';'.join(sorted(f'{e["time_ns"]},{e["tof"].view("u4")},{e["id"]}' for e in f['entry/events/values'][()])))
        """, Path.Combine(reduction.Folder, "saved", $"{reduction.Instrument}_{run}_reduced.nxs.h5"));

    private static string Expected(int fromPulse, int toPulse) => string.Join(';',
        from p in Enumerable.Range(fromPulse, toPulse - fromPulse)
        from bank in new[] { 1, 2 }
        let e = EventsOf(p, bank)
        from i in Enumerable.Range(0, e.Tof.Length)
        let text = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{TimeNs(p)},{BitConverter.SingleToUInt32Bits((float)(e.Tof[i] / 1000.0))},{e.Pixel[i]}")
        orderby text
        select text);

    private static string Sorted(string list) => string.Join(';', list.Split(';').Order(StringComparer.Ordinal));

    [Fact]
    public void Two_runs_of_two_banks_whose_messages_overtake_each_other_are_reduced_exactly()
    {
        // The boundary lies within a message of bank 1; bank 2 is late by the whole of the second run.
        const int Boundary = 15;
        _peer.SendStart("old", StartMs - 100_000);
        _peer.SendEvents("bank1", -1, [TimeNs(-1000)], [0], [1], [1]);
        _peer.Send(new { topic = "LOKI_sampleEnv", schema = "f144", source = "LOKI:T", time = TimeNs(0), type = 10, value = 21.5 });
        _peer.SendStart("A", StartMs);
        _peer.Flush();

        using var reduction = Reduction();
        reduction.Start();
        SendBank(1, 0, 10);
        _peer.Flush();
        reduction.WaitUntil(() => reduction.Result is { Run: "A", Chunks: 10 }, "the first pulses");
        _peer.SendStop("A", TimeNs(Boundary) / 1_000_000);
        _peer.SendStart("B", TimeNs(Boundary) / 1_000_000);
        _peer.Flush();
        SendBank(1, 10, Pulses);
        SendBank(2, 0, Pulses);
        _peer.Send(new { topic = "LOKI_events", schema = "x5f2", bytes = "1000000078356632" + new string('0', 64) });
        _peer.SendStop("B", TimeNs(Pulses) / 1_000_000);
        _peer.Flush();
        reduction.WaitUntil(() => reduction.Result is { Run: "B", IsFinal: true }, "the end of the second run");

        Assert.Equal(Sorted(Expected(0, Boundary)), Sorted(Saved(reduction, "A")));
        Assert.Equal(Sorted(Expected(Boundary, Pulses)), Sorted(Saved(reduction, "B")));
        Assert.Equal(21.5, reduction.Values("temperature")[0] / reduction.Result!.Chunks);
        Assert.Equal((0L, 0L), (reduction.Status!.Lost, reduction.Status.Failed));
    }

    [Fact]
    public void Spectra_are_those_of_the_map_that_the_run_brings()
    {
        // The peer's map: detector 10 is spectrum 1, detector 20 is spectrum 2.
        _peer.SendStart("map", StartMs);
        _peer.Flush();
        using var reduction = Reduction(new { preserve_events = false, spectra = new[] { 2, 1 }, histogram = new { tof_min = 0, tof_max = 100, bins = 4 }, pulses_per_chunk = 2 });
        reduction.WriteProc("output = {'counts': input, 'title': len(attrs['run_info']['metadata']['title']), 'periods': attrs['run_info']['periods']}");
        reduction.Start();
        _peer.SendEvents("bank1", 0, [TimeNs(0), TimeNs(1)], [0, 3], [10_000, 30_000, 99_000, 60_000, 200_000], [10, 20, 7, 20, 20]);
        _peer.Flush();
        reduction.WaitUntil(() => reduction.Result is { Run: "map", Chunks: 1 }, "the chunk");
        Assert.Equal([0, 1, 1, 0, 1, 0, 0, 0], reduction.Values("counts"));
        Assert.Equal(("a test".Length, 1.0), ((int)reduction.Values("title")[0], reduction.Values("periods")[0]));
    }

    [Fact]
    public void Gaps_damage_and_monitors_are_counted_or_passed_over_and_the_rest_is_reduced()
    {
        _peer.SendStart("7", StartMs);
        _peer.Flush();
        using var reduction = Reduction();
        reduction.Start();
        SendBank(1, 0, Pulses, lost: p => p is 4 or 6 or 20);
        _peer.SendEvents("monitor", 0, [TimeNs(0)], [0], [1, 2, 3], []);
        _peer.Send(new { topic = "LOKI_events", schema = "bad", bytes = "ffffff7f65763434" });
        _peer.SendEvents("bank1", Pulses / 2, [TimeNs(Pulses)], [5], [1, 2], [1, 2]);
        _peer.SendEvents("bank1", Pulses / 2, [TimeNs(Pulses)], [0], [1, 2], [1, 2]);
        _peer.Flush();
        reduction.WaitUntil(() => reduction.Result is { Run: "7", Chunks: Pulses - 6 + 1 }, "all pulses that came");
        reduction.WaitUntil(() => reduction.Status!.Lost == 3 + 2, "losses are counted");
        Assert.Contains("messages of bank1 before message 4 did not arrive", reduction.Log, StringComparison.Ordinal);
        Assert.Contains("a damaged ev44 message", reduction.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broker_that_goes_away_and_comes_back_loses_nothing_and_doubles_nothing()
    {
        _peer.SendStart("9", StartMs);
        _peer.Flush();
        using var reduction = Reduction();
        reduction.Start();
        SendBank(1, 0, 10);
        _peer.Flush();
        reduction.WaitUntil(() => reduction.Result is { Chunks: 10 }, "the first pulses");

        _broker.GoAway();
        reduction.WaitUntil(() => reduction.Status!.Source.Contains('('), "the status says that the broker is away");
        SendBank(1, 10, Pulses);
        _broker.ComeBack();
        _peer.Flush();
        reduction.WaitUntil(() => reduction.Result is { Chunks: Pulses }, "all pulses");
        reduction.WaitUntil(() => !reduction.Status!.Source.Contains('('), "the status says that all is well");
        Assert.Equal(0, reduction.Status!.Lost);
        _peer.SendStop("9", TimeNs(Pulses) / 1_000_000);
        _peer.Flush();
        reduction.WaitUntil(() => reduction.Result is { IsFinal: true }, "the end of the run");
    }
}
