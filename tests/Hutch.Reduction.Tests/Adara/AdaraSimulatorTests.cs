using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Hutch.LiveResults;
using Hutch.Reduction.Recording;
using Hutch.Reduction.Simulation;
using Hutch.Reduction.Sources.Adara;
using Hutch.Reduction.Tests.Support;
using Hutch.Services;

namespace Hutch.Reduction.Tests.Adara;

/// <summary>What the simulator sends, as a client in Python and our own listener read it, recorded and replayed.</summary>
public class AdaraSimulatorTests
{
    private const string Script = "import numpy as np\noutput = {'events': input, 'd': np.histogram(input['tof'], 50, (0, 16667))[0] / 3, 'charge': attrs['proton_charge']}";

    private static AdaraSimulator Simulator(AdaraSimulatorOptions options) => new(options with { Port = 0 }, null);

    private static JsonNode Client(int port, params long[] arguments) =>
        JsonNode.Parse(Python.Run($"import sys, runpy; sys.argv[1:] = sys.argv[1:]; runpy.run_path('{Repository.Peer("adara_client.py")}', run_name='__main__')", [port.ToString(CultureInfo.InvariantCulture), .. arguments.Select(a => a.ToString(CultureInfo.InvariantCulture))]))!;

    [Fact]
    public void A_client_in_Python_reads_it_from_now_and_from_the_history()
    {
        using var simulator = Simulator(new AdaraSimulatorOptions { Rate = 300, Events = 500, PulsesPerRun = 100, PauseEvery = 40, PausePulses = 10 });
        simulator.Start();
        Until.True(() => simulator.Pulses > 30, "the first pulses");
        var live = Client(simulator.Port, 0, 150);
        Assert.Equal((150, 150 * 500, 0), ((int)live["pulses"]!, (int)live["events"]!, (int)live["errors"]!));
        Assert.Equal(5, (int)live["status"]![0]![1]!);
        Assert.Equal(["BL11A", "SIM", "Simulated SIM"], live["beamline"]!.AsArray().Select(n => (string)n!));
        Assert.Equal(4 * 256, (int)live["pixels"]!);
        Assert.True((int)live["pixel"]![1]! is > 900 and < 1024 && (int)live["tof"]![1]! < PowderDiffractometer.FrameTicks);
        Assert.InRange((double)live["logs"]!["SIM:Temperature"]!, 20, 21);
        Assert.Contains(3, live["marks"]!.AsArray().Select(n => (int)n!));
        Assert.True((int)live["monitor_events"]! >= 20 * 149);

        // From the beginning: all pulses from the first on, in order, none twice; then without those of pauses.
        var all = Client(simulator.Port, 1, 120);
        Assert.Equal([1, 1], all["status"]![1]!.AsArray().Concat(all["status"]![0]!.AsArray()).Select(n => (int)n!).Where(n => n == 1).Take(2));
        var ids = all["pulse_ids"]!.AsArray().Select(n => (ulong)n!).ToList();
        Assert.Equal(120, ids.Distinct().Count());
        Assert.True(ids.SequenceEqual(ids.Order()));
        var withoutPauses = Client(simulator.Port, 1, 80, 1);
        Assert.True((ulong)withoutPauses["pulse_ids"]![79]! > ids[79]);
    }

    [Fact]
    public void A_recording_reduces_to_the_same_bits_as_the_live_stream_served_again_and_read_from_its_file()
    {
        var folder = Directory.CreateTempSubdirectory("hutch-adara-");
        try
        {
            var file = Path.Combine(folder.FullName, "run.adara");
            ResultSet live;
            using (var simulator = Simulator(new AdaraSimulatorOptions { Rate = 200, Events = 400, PulsesPerRun = 120, Runs = 1, PauseEvery = 50, PausePulses = 5 }))
            {
                simulator.Start();
                using var recorder = new AdaraRecorder(new AdaraAddress("127.0.0.1", simulator.Port), file, overwrite: false, fromNs: 0, packets: 0);
                recorder.Start();
                live = Reduce($"adara://127.0.0.1:{simulator.Port}");
                Until.True(() => recorder.Packets >= 2 * 120 + 5, "everything is recorded");
                recorder.Stop();
                Until.True(() => recorder.State.HasEnded(), "the end of the recording");
            }
            Assert.True(live.Items.Single(i => i.Name == "events").Values.Shape[0] > 100 * 400);
            AssertSame(live, Reduce($"file:{file}"));
            using var replayer = new AdaraReplayer(file, System.Net.IPAddress.Loopback, 0, speed: 4);
            replayer.Start();
            AssertSame(live, Reduce($"adara://127.0.0.1:{replayer.Port}"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Cuts_duplicates_damage_and_pieces_by_plan_do_not_change_the_result()
    {
        using var simulator = Simulator(new AdaraSimulatorOptions { Rate = 200, Events = 100, PulsesPerRun = 300, Runs = 1, Faults = AdaraFaults.Parse("cut=70,duplicate=13,damage=50,pieces=33") });
        simulator.Start();
        using var reduction = Reduction($"adara://127.0.0.1:{simulator.Port}");
        reduction.Start();
        reduction.WaitUntil(() => reduction.Result is { IsFinal: true, Run: "1" }, "the end of the run");
        Assert.Equal(300 * 100, reduction.Result!.Items.Single(i => i.Name == "events").Values.Shape[0]);
        reduction.WaitUntil(() => reduction.Status!.Source.Contains("connections", StringComparison.Ordinal) && reduction.Status.Lost >= 5, "the status says what went wrong");
    }

    [Fact]
    public void A_connection_is_no_client_before_its_hello()
    {
        using var server = new AdaraServer(IPAddress.Loopback, 0, historyBytes: 1 << 20);
        using var silent = new TcpClient("127.0.0.1", server.Port);
        using var client = new TcpClient("127.0.0.1", server.Port);
        client.GetStream().Write(AdaraLink.Hello(start: 0, withPauses: true));

        // Connections are accepted in order: the silent one is there too.
        Until.True(() => server.Connections == 1, "the hello is read");

        Assert.Equal(1, server.Clients);
        server.Send(AdaraPackets.Text(PacketType.RunInfo, 0, "what is sent now reaches it"));
        Assert.True(client.GetStream().Read(new byte[8]) > 0);
    }

    [Fact]
    public void Events_of_a_NeXus_file_are_sent()
    {
        var folder = Directory.CreateTempSubdirectory("hutch-adara-");
        try
        {
            var file = Path.Combine(folder.FullName, "run.nxs.h5");
            var sum = double.Parse(
                Python.Run("""
                import h5py, numpy as np, sys
                random = np.random.default_rng(5)
                tof = (random.integers(0, 160000, 600) / 10).astype('f4')
                with h5py.File(sys.argv[1], 'w') as f:
                    g = f.create_group('entry/bank1')
                    g['event_time_offset'], g['event_id'] = tof, random.integers(0, 50, 600, dtype='u4')
                    g['event_index'], g['event_time_zero'] = np.arange(20, dtype='u8') * 30, np.arange(20) / 60
                    g['event_time_zero'].attrs['offset'] = '2026-05-01T12:00:00Z'
                print(tof.sum(dtype='f8'))
                """, file), CultureInfo.InvariantCulture);
            using var simulator = Simulator(new AdaraSimulatorOptions { File = file, Rate = 0, PulsesPerRun = 40, Runs = 1 });
            simulator.Start();
            using var reduction = Reduction($"adara://127.0.0.1:{simulator.Port}");
            reduction.WriteProc("output = {'sum': input['tof'].sum(dtype='f8'), 'count': len(input)}");
            reduction.Start();
            reduction.WaitUntil(() => reduction.Result is { IsFinal: true }, "the end of the run");
            Assert.Equal(1200, reduction.Values("count")[0]);
            Assert.Equal(2 * sum, reduction.Values("sum")[0], 1);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static RunningReduction Reduction(string listener)
    {
        var reduction = new RunningReduction(new { pulses_per_chunk = 4 });
        reduction.WriteProc(Script);
        reduction.Configuration["listener"] = listener;
        return reduction;
    }

    private static ResultSet Reduce(string listener)
    {
        using var reduction = Reduction(listener);
        reduction.Start();
        reduction.WaitUntil(() => reduction.Result is { IsFinal: true }, "the end of the run");
        Assert.Equal((0L, 0L), (reduction.Status!.Lost, reduction.Status.Failed));
        return reduction.Result!;
    }

    private static void AssertSame(ResultSet one, ResultSet other)
    {
        Assert.Equal(one.Chunks, other.Chunks);
        foreach (var (a, b) in one.Items.Zip(other.Items))
            Assert.Equal(a.Values.Data, b.Values.Data);
    }
}
