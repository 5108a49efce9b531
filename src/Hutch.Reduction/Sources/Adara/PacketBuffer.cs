namespace Hutch.Reduction.Sources.Adara;

/// <summary>Bytes of a stream, wherever it was cut into pieces, and the packets in them.</summary>
internal sealed class PacketBuffer
{
    private const int Least = 1 << 20;

    private byte[] _bytes = new byte[2 * Least];
    private int _start;
    private int _end;

    /// <summary>Whether there is something in it that is no whole packet.</summary>
    public bool IsEmpty => _start == _end;

    /// <summary>Where the next bytes go: at least a MiB.</summary>
    public Span<byte> Room()
    {
        if (_bytes.Length - _end < Least)
        {
            // What is left is less than a packet: moved to the front, or into a larger place if it fills half of this one.
            var target = _end - _start > _bytes.Length / 2 ? new byte[_bytes.Length * 2] : _bytes;
            _bytes.AsSpan(_start, _end - _start).CopyTo(target);
            (_bytes, _end, _start) = (target, _end - _start, 0);
        }
        return _bytes.AsSpan(_end);
    }

    /// <summary>Says how many bytes were put there.</summary>
    public void Filled(int count) => _end += count;

    /// <summary>Takes the next packet; it is good until <see cref="Room"/> is called.</summary>
    /// <exception cref="InvalidDataException">No packet begins here.</exception>
    public bool TryNext(out AdaraPacket packet)
    {
        if (!AdaraPacket.TryRead(_bytes.AsSpan(_start, _end - _start), out packet))
            return false;
        _start += packet.Bytes.Length;
        if (_start == _end)
            (_start, _end) = (0, 0);
        return true;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => (_start, _end) = (0, 0);
}
