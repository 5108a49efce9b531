using System.Net;
using System.Runtime.InteropServices;
using Hutch.Native.Posix;
using Hutch.Native.Sockets;
using Hutch.Services;

namespace Hutch.Detectors.Recording;

/// <summary>Records what arrives at a UDP port, with the time at which the kernel received it.</summary>
public sealed unsafe class PacketRecorder : Service
{
    private const int Batch = 64;
    private const int LargestDatagram = 65_535;
    private const int SocketBufferBytes = 256 << 20;

    private readonly IPAddress _address;
    private readonly PcapWriter _file;
    private readonly long _packets;
    private readonly uint _destination;
    private UdpSocket? _socket;
    private DatagramBatch? _batch;
    private byte* _memory;

    /// <summary>Makes the recorder of a port.</summary>
    /// <param name="address">The address to receive on.</param>
    /// <param name="port">The port.</param>
    /// <param name="file">The recording; several recorders may share one.</param>
    /// <param name="packets">Total number of datagrams that ends the recording; 0: no limit.</param>
    public PacketRecorder(IPAddress address, int port, PcapWriter file, long packets = 0)
        : base($"udp-dump-{port}", null)
    {
        (_address, Port, _file, _packets) = (address, port, file, packets);
        _destination = MemoryMarshal.Read<uint>((address.Equals(IPAddress.Any) ? IPAddress.Loopback : address).GetAddressBytes());
        OnError = ErrorAction.Fail;
    }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>Datagrams recorded.</summary>
    public long Packets { get; private set; }

    /// <summary>Datagrams that the kernel dropped because the recorder, or its disk, was too slow.</summary>
    public long KernelDrops { get; private set; }

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        try
        {
            _socket = UdpSocket.Bind(_address, Port, SocketBufferBytes, TimeSpan.FromMilliseconds(100));
        }
        catch (ErrnoException error)
        {
            var owner = PortOwner.FindUdp(Port) is var (pid, command) ? $"; it is in use by pid {pid} ({command}): stop that first" : "";
            throw new UserErrorException($"udp port {Port} on {_address} cannot be recorded: {error.Message}{owner}", error);
        }
        _socket.TellTimes();
        _batch = new DatagramBatch(Batch, 0);
        _batch.KeepOrigins();
        _memory = (byte*)NativeMemory.Alloc(Batch, LargestDatagram);
        for (var i = 0; i < Batch; i++)
            _batch.SetPayload(i, _memory + (i * LargestDatagram), LargestDatagram);
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        var received = _socket!.Receive(_batch!, Batch);
        for (var i = 0; i < received; i++)
        {
            var origin = _batch!.Origin(i);
            _file.Write(new RecordedPacket(origin.TimeNs, origin.Address, origin.Port, _destination, (ushort)Port), new ReadOnlySpan<byte>(_batch.Payload(i), _batch.ReceivedBytes(i)));
        }
        Packets += received;
        KernelDrops = _socket.KernelDrops;
        if (_packets > 0 && _file.Packets >= _packets)
            Stop();
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        _socket?.Dispose();
        _batch?.Dispose();
        NativeMemory.Free(_memory);
        (_socket, _batch) = (null, null);
        _memory = null;
    }
}
