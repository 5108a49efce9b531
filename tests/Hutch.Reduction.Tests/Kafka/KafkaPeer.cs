using System.Diagnostics;
using System.Text.Json;
using Hutch.Reduction.Tests.Support;

namespace Hutch.Reduction.Tests.Kafka;

/// <summary>A producer in Python that builds its messages by hand (tests/peers/kafka_sender.py).</summary>
internal sealed class KafkaPeer : IDisposable
{
    private readonly Process _python;

    public KafkaPeer(string brokers)
    {
        _python = Process.Start(new ProcessStartInfo("/usr/bin/python3", [Repository.Peer("kafka_sender.py"), brokers]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    public void Send(object message) => _python.StandardInput.WriteLine(JsonSerializer.Serialize(message));

    public void SendEvents(string source, long id, long[] times, int[] index, int[] tof, int[] pixel, string topic = "LOKI_events") =>
        Send(new { topic, schema = "ev44", source, id, times, index, tof, pixel });

    public void SendStart(string run, long startMs) => Send(new { topic = "LOKI_runInfo", schema = "pl72", run, job = $"job-{run}", start = startMs });

    public void SendStop(string run, long stopMs) => Send(new { topic = "LOKI_runInfo", schema = "6s4t", run, job = $"job-{run}", stop = stopMs });

    /// <summary>Waits until the broker has everything.</summary>
    public void Flush()
    {
        _python.StandardInput.WriteLine();
        _python.StandardInput.Flush();
        Assert.Equal("0", _python.StandardOutput.ReadLine());
    }

    public void Dispose()
    {
        _python.StandardInput.Close();
        if (!_python.WaitForExit(5000))
            _python.Kill();
        _python.Dispose();
    }
}
