using System.Globalization;

namespace Hutch.Bench.Detectors;

/// <summary>Our receiver's hot path against a bare recvmmsg loop.</summary>
public sealed class ReceiverBenchmark : Benchmark
{
    private SocketDrain? _socket;

    public override string Name => "receiver-vs-recvmmsg";

    public override string Description => "packets a second: our frame builder into the ring / a recvmmsg loop that discards (Jungfrau, loopback, one processor)";

    public override double Bar => 0.8;

    public override int Samples => 21;

    public override int WarmUps => 10;

    public override void Prepare()
    {
        Processors.Pin(1);
        _socket = new SocketDrain();
    }

    public override double Sample(TextWriter log)
    {
        var (ours, bare) = (_socket!.Ours(), _socket.Bare());
        log.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  ours {SocketDrain.Packets / ours.TotalSeconds / 1e3:0} k packets/s ({_socket.Bytes / ours.TotalSeconds / 1e9:0.00} GB/s), bare {SocketDrain.Packets / bare.TotalSeconds / 1e3:0} k packets/s"));
        return bare / ours;
    }

    protected override void Dispose(bool disposing)
    {
        _socket?.Dispose();
        Processors.Unpin();
    }
}
