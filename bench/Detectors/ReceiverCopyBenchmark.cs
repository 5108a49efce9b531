using System.Globalization;

namespace Hutch.Bench.Detectors;

/// <summary>Our receiver's hot path against copying the same bytes in memory.</summary>
public sealed class ReceiverCopyBenchmark : Benchmark
{
    private SocketDrain? _socket;

    public override string Name => "receiver-vs-memcpy";

    public override string Description => "bytes a second: our frame builder from a socket into the ring / memcpy of the same packets";

    public override double Bar => 0.2;

    public override int Samples => 21;

    public override int WarmUps => 10;

    public override void Prepare()
    {
        Processors.Pin(1);
        _socket = new SocketDrain();
    }

    public override double Sample(TextWriter log)
    {
        var (ours, copy) = (_socket!.Ours(), _socket.Copy());
        log.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  ours {_socket.Bytes / ours.TotalSeconds / 1e9:0.00} GB/s, memcpy {_socket.Bytes / copy.TotalSeconds / 1e9:0.00} GB/s"));
        return copy / ours;
    }

    protected override void Dispose(bool disposing)
    {
        _socket?.Dispose();
        Processors.Unpin();
    }
}
