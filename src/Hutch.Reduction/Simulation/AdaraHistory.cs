using Hutch.Reduction.Sources.Adara;

namespace Hutch.Reduction.Simulation;

/// <summary>The last packets of a stream. Clients go along it, each at its own pace; who falls out of it at the end misses something.</summary>
internal sealed class AdaraHistory(long mostBytes)
{
    private readonly object _gate = new();
    private readonly Queue<(byte[] Packet, bool IsOfPause)> _packets = new();
    private readonly AdaraPrologue _before = new();     // what was true where the history begins
    private long _first;
    private long _bytes;
    private bool _isPause;
    private bool _isClosed;

    /// <summary>Packets that were added.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
                return _first + _packets.Count;
        }
    }

    /// <summary>Adds a packet.</summary>
    public void Add(byte[] packet)
    {
        AdaraPacket.TryRead(packet, out var read);
        if (read.Type == PacketType.Annotation && Annotation.TryRead(read, out var mark) && mark.Kind is Annotation.Marker.Pause or Annotation.Marker.Resume)
            _isPause = mark.Kind == Annotation.Marker.Pause;
        lock (_gate)
        {
            _packets.Enqueue((packet, _isPause && read.Type is PacketType.BankedEvent or PacketType.BeamMonitorEvent));
            _bytes += packet.Length;
            while (_bytes > mostBytes)
            {
                var (old, _) = _packets.Dequeue();
                _before.Note(old);
                _bytes -= old.Length;
                _first++;
            }
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Finds where a client begins.</summary>
    /// <param name="seconds">Seconds since 1990; 0: at the end.</param>
    /// <param name="prologue">What it must know first.</param>
    /// <returns>The number of the first packet.</returns>
    public long Find(uint seconds, out IReadOnlyList<byte[]> prologue)
    {
        lock (_gate)
        {
            var known = _before.Copy();
            var at = _first;
            foreach (var (packet, _) in _packets)
            {
                AdaraPacket.TryRead(packet, out var read);
                if (seconds > 0 && read.Seconds >= seconds && read.Type is PacketType.BankedEvent or PacketType.RunStatus)
                    break;
                known.Note(packet);
                at++;
            }
            prologue = [.. known.Packets];
            return at;
        }
    }

    /// <summary>Takes the packets from one on, waiting for it.</summary>
    /// <param name="at">The number of the packet; what the history has no more is left out.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="target">Where they go.</param>
    /// <returns>The number of the packet behind them; null if there will be no more.</returns>
    public long? Take(long at, int most, List<(byte[] Packet, bool IsOfPause)> target)
    {
        lock (_gate)
        {
            while (at >= _first + _packets.Count && !_isClosed)
                Monitor.Wait(_gate);
            if (at >= _first + _packets.Count)
                return null;
            at = Math.Max(at, _first);
            target.AddRange(_packets.Skip((int)(at - _first)).Take(most));
            return at + target.Count;
        }
    }

    /// <summary>Says that there will be no more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }
}
