using System.Globalization;

namespace Hutch.Bench.Detectors;

/// <summary>Our receiver's hot path, from a full socket into the ring, against a reference that takes the same packets; processor time on one processor.</summary>
/// <param name="detector">An example detector.</param>
/// <param name="trains">Whether the sender, and so the kernel, handles packets in trains (segmentation offload); otherwise one by one.</param>
/// <param name="bar">The ratio that is to be reached.</param>
/// <param name="copies">Whether the reference copies the packets in memory instead of receiving them.</param>
public sealed class ReceiverBenchmark(string detector, bool trains, double bar, bool copies = false) : Benchmark
{
    private SocketDrain? _socket;

    public override string Name => $"receiver-{detector}{(trains ? "" : "-single")}{(copies ? "-vs-memcpy" : "")}";

    public override string Description =>
        $"processor time a packet: {(copies ? "memcpy of the same packets" : "a bare recvmmsg loop in C into a ring of the same size")} / our packet reader and frame builder ({detector}, packets {(trains ? "in trains" : "one by one")})";

    public override double Bar => bar;

    public override IReadOnlyList<string> Packages => BareLoops.Packages;

    public override int Samples => 15;

    public override int WarmUps => 10;

    public override void Prepare()
    {
        Processors.Pin(1);
        _socket = new SocketDrain(detector, trains);
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        _socket!.Fill();
        var ours = _socket.Ours(out var allocated);
        var other = copies ? _socket.Copy() : _socket.Bare();
        log.WriteLine($"  ours {Rates(ours)}, {allocated} bytes allocated; reference {Rates(other)}");
        return other / ours;
    }

    protected override void Dispose(bool disposing)
    {
        _socket?.Dispose();
        Processors.Unpin();
    }

    private string Rates(TimeSpan elapsed) => string.Create(CultureInfo.InvariantCulture,
        $"{elapsed.TotalMicroseconds / _socket!.Packets:0.00} us a packet ({_socket.Bytes / elapsed.TotalSeconds / 1e9:0.00} GB/s)");
}
