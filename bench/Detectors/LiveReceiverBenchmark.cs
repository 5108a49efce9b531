using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Receiving;
using Hutch.Native.Sockets;

namespace Hutch.Bench.Detectors;

/// <summary>
/// Our receiver as it runs in a beamline, and a recvmmsg loop in C, each in turn on processor 1, while processor 0 sends whole frames at a rate: what a
/// packet costs, how many system calls they make, and how fast a sender may be until the first packet is lost.
/// </summary>
/// <param name="detector">An example detector.</param>
/// <param name="cost">What is compared.</param>
/// <param name="rate">Packets a second; of the search for the highest rate the first.</param>
/// <param name="bar">The ratio that is to be reached.</param>
public sealed unsafe class LiveReceiverBenchmark(string detector, LiveReceiverBenchmark.Cost cost, double rate, double bar) : Benchmark
{
    private const int BufferBytes = 8 << 20;
    private const int Tries = 3;
    private const long RingBytes = 100L << 20;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(1);

    private DaqConfiguration _configuration = null!;
    private UdpReceiver? _receiver;
    private UdpSocket? _bare;
    private LiveSender? _sender;
    private byte* _ring;
    private ulong _imageId = 1;

    /// <summary>What is compared.</summary>
    public enum Cost
    {
        /// <summary>Processor time a packet.</summary>
        Processor,

        /// <summary>System calls a packet.</summary>
        Calls,

        /// <summary>The highest rate without a loss.</summary>
        Lossless,
    }

    public override string Name => $"receiver-live-{detector}-{cost.ToString().ToLowerInvariant()}";

    public override string Description => cost switch
    {
        Cost.Processor => $"processor time a packet of a bare recvmmsg loop in C / of our receiver, {rate / 1000:0} thousand packets a second ({detector})",
        Cost.Calls => $"system calls a packet of a bare recvmmsg loop in C / of our receiver, {rate / 1000:0} thousand packets a second ({detector})",
        _ => $"our receiver's highest rate without a loss / that of a bare recvmmsg loop in C, socket buffers of 8 MiB ({detector})",
    };

    public override double Bar => bar;

    public override IReadOnlyList<string> Packages => BareLoops.Packages;

    public override int Samples => cost == Cost.Lossless ? 5 : 7;

    public override int WarmUps => cost == Cost.Lossless ? 0 : 3;

    public override void Prepare()
    {
        _configuration = ExampleConfigurations.Create(detector, 1) with { DetectorName = $"bench-{Environment.ProcessId}" };
        var layout = _configuration.Kind.Layout(_configuration);
        _receiver = new UdpReceiver(_configuration, 0, new UdpReceiverOptions { Address = IPAddress.Loopback, FrameSlots = (int)(RingBytes / layout.SlotBytes), SocketBufferBytes = BufferBytes });
        _receiver.Start();
        _bare = UdpSocket.Bind(IPAddress.Loopback, 0, BufferBytes, TimeSpan.FromMilliseconds(50));
        _ring = (byte*)NativeMemory.AlignedAlloc((nuint)RingBytes, 4096);
        NativeMemory.Fill(_ring, (nuint)RingBytes, 1);
        _sender = new LiveSender(_configuration, trains: true);
        Assert.True(SpinWait.SpinUntil(() => _receiver.Port > 0, TimeSpan.FromSeconds(10)), "the receiver did not start");
        Processors.Pin(1);
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (cost == Cost.Lossless)
        {
            _ = Ours(rate);   // pages and code are warm then
            _ = Bare(rate);
            var (our, other) = (Highest(Ours), Highest(Bare));
            log.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  ours {our.Rate / 1000:0} thousand packets a second ({our.Limit}), reference {other.Rate / 1000:0} ({other.Limit})"));
            return our.Rate / other.Rate;
        }
        var (ours, bare) = (Ours(rate), Bare(rate));
        log.WriteLine($"  ours {ours}; reference {bare}");
        return cost == Cost.Calls ? bare.CallsAPacket / ours.CallsAPacket : bare.MicrosecondsAPacket / ours.MicrosecondsAPacket;
    }

    protected override void Dispose(bool disposing)
    {
        _receiver?.Stop();
        _receiver?.WaitTillStopped(TimeSpan.FromSeconds(10));
        _receiver?.Dispose();
        _bare?.Dispose();
        _sender?.Dispose();
        NativeMemory.AlignedFree(_ring);
        Processors.Unpin();
    }

    private (double Rate, string Limit) Highest(Func<double, Seen> receive)
    {
        // In steps of 5 %, until something is lost or the sender cannot keep up.
        double lossless = 0;
        for (var tried = rate; ; tried *= 1.05)
        {
            // A machine that others use takes a processor away at times: what is lost once is tried again.
            var seen = receive(tried);
            for (var again = 0; again < Tries && seen.Lost > 0; again++)
                seen = receive(tried);
            if (seen.Lost > 0)
                return lossless > 0 ? (lossless, $"then {seen.Lost} of {seen.Sent} are lost") : throw new InvalidOperationException($"{seen.Lost} packets are lost at {tried} packets a second already: something else needs the processors");
            lossless = seen.Rate;
            if (seen.Rate < 0.98 * tried)
                return (lossless, "the sender's limit");
        }
    }

    private Seen Ours(double packetRate)
    {
        var counters = _receiver!.Counters;
        var (packets, calls, processor) = (counters.Packets, Settled(() => counters.ReceiveCalls), ThreadTime.OfProcess);
        var sent = Send(_receiver.Port, packetRate);
        calls = Settled(() => counters.ReceiveCalls) - calls;
        return new Seen(sent.Packets, counters.Packets - packets, calls, ThreadTime.OfProcess - processor - sent.Processor, sent.Packets / sent.Elapsed.TotalSeconds);
    }

    private Seen Bare(double packetRate)
    {
        var layout = _configuration.Kind.Layout(_configuration);
        var receive = (delegate* unmanaged<int, byte*, long, int, int, int*, long*, long>)BareLoops.Find("receive_live");
        var state = (long*)NativeMemory.AllocZeroed(4, sizeof(long));
        var fd = _bare!.Descriptor;
        var received = 0L;
        var thread = new Thread(() => received = receive(fd, _ring, RingBytes / layout.DataBytes * layout.DataBytes, layout.HeaderBytes, layout.DataBytes, (int*)state, state + 1));
        var processor = ThreadTime.OfProcess;
        thread.Start();
        var sent = Send(_bare.Port, packetRate);
        Thread.Sleep(60);
        *(int*)state = 1;
        thread.Join();
        var used = ThreadTime.OfProcess - processor - sent.Processor;
        var seen = new Seen(sent.Packets, received, state[1], used, sent.Packets / sent.Elapsed.TotalSeconds);
        NativeMemory.Free(state);
        return seen;
    }

    private (long Packets, TimeSpan Elapsed, TimeSpan Processor) Send(int port, double packetRate)
    {
        (long, TimeSpan, TimeSpan) sent = default;
        var thread = new Thread(() =>
        {
            Processors.PinThisThread(0);
            sent = _sender!.Send(port, packetRate, Duration, ref _imageId);
        });
        thread.Start();
        thread.Join();
        return sent;
    }

    // The receiver brings the count up to date when it looks around: once a second at rest.
    private static long Settled(Func<long> count)
    {
        Thread.Sleep(1200);
        return count();
    }

    private readonly record struct Seen(long Sent, long Received, long Calls, TimeSpan Processor, double Rate)
    {
        public long Lost => Sent - Received;

        public double CallsAPacket => (double)Calls / Received;

        public double MicrosecondsAPacket => Processor.TotalMicroseconds / Received;

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{MicrosecondsAPacket:0.00} us and {CallsAPacket:0.000} calls a packet, {Lost} of {Sent} lost");
    }
}
