using System.Globalization;

namespace Hutch.Bench.Detectors;

/// <summary>Our receiver's hot path, from a full socket into the ring, against a reference that takes the same packets.</summary>
public abstract class ReceiverBenchmark : Benchmark
{
    private SocketDrain? _socket;

    public override int Samples => 21;

    public override int WarmUps => 10;

    public override void Prepare()
    {
        Processors.Pin(1);
        _socket = new SocketDrain();
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var (ours, other) = (_socket!.Ours(), Reference(_socket));
        log.WriteLine($"  ours {Rates(ours)}, reference {Rates(other)}");
        return other / ours;
    }

    private protected abstract TimeSpan Reference(SocketDrain socket);

    protected override void Dispose(bool disposing)
    {
        _socket?.Dispose();
        Processors.Unpin();
    }

    private string Rates(TimeSpan elapsed) => string.Create(CultureInfo.InvariantCulture,
        $"{SocketDrain.Packets / elapsed.TotalSeconds / 1e3:0} k packets/s ({_socket!.Bytes / elapsed.TotalSeconds / 1e9:0.00} GB/s)");
}

/// <summary>Against a bare recvmmsg loop.</summary>
public sealed class ReceiverBareBenchmark : ReceiverBenchmark
{
    public override string Name => "receiver-vs-recvmmsg";

    public override string Description => "packets a second: our frame builder into the ring / a recvmmsg loop that discards (Jungfrau, loopback, one processor)";

    public override double Bar => 0.8;

    private protected override TimeSpan Reference(SocketDrain socket) => socket.Bare();
}

/// <summary>Against a copy in memory.</summary>
public sealed class ReceiverCopyBenchmark : ReceiverBenchmark
{
    public override string Name => "receiver-vs-memcpy";

    public override string Description => "bytes a second: our frame builder from a socket into the ring / memcpy of the same packets";

    public override double Bar => 0.2;

    private protected override TimeSpan Reference(SocketDrain socket) => socket.Copy();
}
