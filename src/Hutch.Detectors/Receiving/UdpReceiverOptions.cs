using System.Net;

namespace Hutch.Detectors.Receiving;

/// <summary>Settings of a receiver that are not the detector's.</summary>
public sealed record UdpReceiverOptions
{
    /// <summary>The address to receive on. Default: every interface, for the detector sends to whichever faces it.</summary>
    public IPAddress Address { get; init; } = IPAddress.Any;

    /// <summary>Slots of the frame ring. Default 1000, as in the deployed programs.</summary>
    public int FrameSlots { get; init; } = 1000;

    /// <summary>Wanted socket buffer, bytes. Default 64 MiB: a Jungfrau at 2 kHz fills it in 30 ms.</summary>
    public int SocketBufferBytes { get; init; } = 64 << 20;

    /// <summary>After how long without a packet an incomplete frame is passed on. Default 500 ms.</summary>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long the receiver lets packets gather once it has read all there are; 0: not at all. Default 200 us: at 250,000 packets a second a frame
    /// gathers meanwhile, in a thousandth of the socket's buffer.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMicroseconds(200);

    /// <summary>
    /// Whether packets that name another module than the port's are rejected. Default false, as in the deployed receivers: an Eiger numbers its
    /// modules otherwise than its ports.
    /// </summary>
    public bool OwnModuleOnly { get; init; }
}
