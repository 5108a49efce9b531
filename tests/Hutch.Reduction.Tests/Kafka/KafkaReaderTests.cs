using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hutch.Reduction.Sources.Kafka;

namespace Hutch.Reduction.Tests.Kafka;

public sealed class KafkaReaderTests
{
    [Fact]
    public void A_broker_that_cannot_be_reached_is_tried_less_and_less_often()
    {
        using var broker = new TcpListener(IPAddress.Loopback, 0);
        broker.Start();
        using var reader = new KafkaReader($"{broker.LocalEndpoint}", ["events"], "test", KafkaProperties.None);

        var started = Stopwatch.GetTimestamp();
        for (var attempt = 0; attempt < 8; attempt++)
            broker.AcceptSocket().Dispose();

        // After 0.1, 0.2, 0.4 and 0.8 s, then 1 s, each up to a quarter less; without such pauses eight attempts take less than one second.
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 2.5, double.MaxValue);
    }
}
