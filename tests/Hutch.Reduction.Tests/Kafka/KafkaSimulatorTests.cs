using System.Diagnostics;
using Hutch.LiveResults;
using Hutch.Reduction.Recording;
using Hutch.Reduction.Simulation;
using Hutch.Reduction.Sources.Kafka;
using Hutch.Reduction.Tests.Support;
using Hutch.Services;

namespace Hutch.Reduction.Tests.Kafka;

/// <summary>What the simulator sends, as kcat and our own listener read it, recorded and replayed.</summary>
public class KafkaSimulatorTests
{
    private const string Script = "import numpy as np\noutput = {'events': input, 'spectrum': np.histogram(input['tof'], 50, (0, 71428))[0]}";

    [Fact]
    public void Kcat_reads_it_and_a_recording_of_it_reduces_to_the_same_bits()
    {
        var file = Path.Combine(Path.GetTempPath(), $"hutch-{Guid.NewGuid():N}.kafka");
        try
        {
            ResultSet live, replayed;
            using (var broker = Broker())
            {
                var options = new KafkaSimulatorOptions { Brokers = broker.Brokers, Rate = 0, Events = 200, PulsesPerRun = 20, Runs = 1 };
                using (var simulator = new KafkaSimulator(options, null))
                {
                    simulator.Start();
                    Until.True(() => simulator.State.HasEnded(), "the simulator has sent its run");
                    Assert.Equal((20L, 4000L, 0L), (simulator.Pulses, simulator.Events, simulator.Failed));
                }
                Assert.Equal("40 ev44", Kcat(broker, "SIM_events"));
                Assert.Equal("20 f144", Kcat(broker, "SIM_sampleEnv"));
                Assert.Equal("1 6s4t 1 pl72", Kcat(broker, "SIM_runInfo"));
                using (var writer = new KafkaRecordingWriter(file, overwrite: false))
                using (var recorder = new KafkaRecorder(KafkaAddress.TryParse($"kafka://{broker.Brokers}/SIM_events,SIM_sampleEnv,SIM_runInfo")!, writer, 0, 62))
                {
                    recorder.Start();
                    Until.True(() => recorder.State.HasEnded(), "all messages are recorded");
                }
                live = Reduce(broker);
            }
            using (var broker = Broker())
            {
                using var recording = new KafkaRecordingReader(file);
                using var replayer = new KafkaReplayer(recording, broker.Brokers, speed: 0);
                replayer.Start();
                Until.True(() => replayer.State.HasEnded(), "all messages are sent again");
                Assert.Equal((62L, 0L), (replayer.Messages, replayer.Failed));
                replayed = Reduce(broker);
            }
            Assert.Equal([4000L], live.Items[0].Values.Shape);
            foreach (var (one, other) in live.Items.Zip(replayed.Items))
                Assert.Equal(one.Values.Data, other.Values.Data);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static MockBroker Broker()
    {
        var broker = new MockBroker();
        foreach (var topic in new[] { "SIM_events", "SIM_runInfo", "SIM_sampleEnv" })
            broker.CreateTopic(topic);
        return broker;
    }

    private static ResultSet Reduce(MockBroker broker)
    {
        using var reduction = new RunningReduction();
        reduction.WriteProc(Script);
        reduction.Configuration["listener"] = $"kafka://{broker.Brokers}/SIM_events,SIM_runInfo,SIM_sampleEnv";
        reduction.Start();
        reduction.WaitUntil(() => reduction.Result is { IsFinal: true }, "the end of the run");
        Assert.Equal((0L, 0L), (reduction.Status!.Lost, reduction.Status.Failed));
        return reduction.Result!;
    }

    // How often each schema occurs, from the bytes that kcat prints, a message a line in hexadecimal.
    private static string Kcat(MockBroker broker, string topic)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", "kcat -q -b \"$0\" -C -t \"$1\" -o beginning -e -f '%R%s' | grep -aoE 'ev44|f144|pl72|6s4t' | sort | uniq -c | awk '{print $1, $2}' | xargs", broker.Brokers, topic])
        {
            RedirectStandardOutput = true,
        })!;
        return shell.StandardOutput.ReadToEnd().Trim();
    }
}
