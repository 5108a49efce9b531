using Hutch.Native.Sockets;

namespace Hutch.Detectors.Receiving;

/// <summary>
/// Reads packets for a frame builder, as many as possible with a system call: where the kernel hands over trains of packets (UDP_GRO), a train a
/// call, for then the kernel has handled it as one packet on all its way; otherwise batches (recvmmsg).
/// </summary>
internal sealed class PacketReader(UdpSocket socket, FrameBuilder frames, DatagramBatch batch)
{
    // After so many trains it is known whether they are any.
    private const int Trial = 256;

    // A train takes a call, so it must bring several packets to be worth more than a place in a batch.
    private const int WorthwhileTrain = 3;

    private int _packets;
    private int _trains;

    /// <summary>Whether packets come in trains, or it is not known yet.</summary>
    internal bool ReadsTrains { get; private set; } = frames.TakesTrains && socket.TrySetTrains(true);

    /// <summary>Reads what is there, waiting for the first packet, and gives it to the frame builder.</summary>
    /// <param name="isDrained">Whether the socket had no more.</param>
    /// <returns>How many packets came; 0 when the socket's receive timeout passed.</returns>
    internal int Read(out bool isDrained)
    {
        // A packet that is read beyond those expected has to be moved.
        var expected = frames.Prepare(batch) - 1;
        int received;
        if (ReadsTrains)
        {
            received = socket.ReceiveTrains(batch, expected + frames.LongestTrain, expected, out var trains);
            isDrained = received < expected;
            Judge(trains, received);
        }
        else
        {
            received = socket.Receive(batch, expected + 1);
            isDrained = received <= expected;
        }
        if (received > 0)
            frames.Accept(batch, received);
        else
            TryAgain();
        return received;
    }

    // Nothing comes in trains here, so the queue holds none that a place of a batch would cut.
    private void Judge(int trains, int packets)
    {
        (_trains, _packets) = (_trains + trains, _packets + packets);
        if (_trains < Trial)
            return;
        if (_packets < WorthwhileTrain * _trains)
            ReadsTrains = !socket.TrySetTrains(false);
        (_trains, _packets) = (0, 0);
    }

    // The sender is silent; the next may be another one.
    private void TryAgain()
    {
        if (!ReadsTrains)
            ReadsTrains = frames.TakesTrains && socket.TrySetTrains(true);
        (_trains, _packets) = (0, 0);
    }
}
