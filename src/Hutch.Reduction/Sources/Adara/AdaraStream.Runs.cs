using System.Globalization;

namespace Hutch.Reduction.Sources.Adara;

internal sealed partial class AdaraStream
{
    // Pulses that arrive before the first run status. A service sends that at once.
    private const int MostHeldBytes = 64 << 20;

    private readonly Queue<byte[]> _held = new();
    private long _heldBytes;
    private string? _told;          // the run at this point of the stream; null: none
    private bool _isTold;           // whether that is known
    private uint _wanted;           // the run that is waited for, or a later one; 0: any
    private bool _asksForStart;
    private bool _isCatchingUp;
    private ulong _lastPulse;
    private long _outside;

    /// <summary>Seconds since 1990 of the last pulse that was taken; 0: none was.</summary>
    public uint LastSeconds => (uint)(_lastPulse >> 32);

    /// <summary>Set when the stream has begun in the middle of a run whose beginning is wanted: where that was, seconds since 1990.</summary>
    public uint? StartOfRun { get; private set; }

    /// <summary>Takes note of a connection: it begins with what its service knows, and may bring again what was taken.</summary>
    /// <param name="fromStartOfRun">Whether it is to say that the beginning of the run is missing.</param>
    public void Connected(bool fromStartOfRun)
    {
        (_isTold, _asksForStart, StartOfRun, _isPaused) = (false, fromStartOfRun, null, false);
        _isCatchingUp = _lastPulse > 0;
        Release();
    }

    private bool TakeRunStatus(AdaraPacket packet, IChunkSink sink, CancellationToken stop)
    {
        if (!RunStatus.TryRead(packet, out var status))
            return false;
        var run = status.Run == 0 ? null : status.Run.ToString(CultureInfo.InvariantCulture);
        // Of a history, these are about the past, unless something new came before them.
        var isNew = !_isCatchingUp || packet.PulseId > _lastPulse;
        switch (status.Kind)
        {
            case RunStatus.What.State or RunStatus.What.BeginOfFile or RunStatus.What.EndOfFile:
                if (_asksForStart && !_isTold && status.Kind == RunStatus.What.State && run is not null)
                {
                    (_wanted, StartOfRun) = (status.Run, status.StartSeconds);
                    Release();
                }
                Know(run, sink, stop);
                _told = run;
                break;
            case RunStatus.What.NewRun:
                // What is held came before it.
                Know(null, sink, stop);
                _told = run;
                if (isNew && _chunks.Run != run)
                    EndRun(sink, stop);
                StartPeriods();
                break;
            case RunStatus.What.EndOfRun:
                Know(run, sink, stop);
                _told = null;
                if (_chunks.Run == run)
                    EndRun(sink, stop);
                break;
            default:
                Know(null, sink, stop);
                _told = null;
                if (isNew)
                    EndRun(sink, stop);
                break;
        }
        return true;
    }

    // Pulses that arrived before the first run status belong to this run.
    private void Know(string? run, IChunkSink sink, CancellationToken stop)
    {
        if (_isTold)
            return;
        _told = run;
        (_isTold, _asksForStart) = (true, false);
        while (_held.TryDequeue(out var bytes))
        {
            if (AdaraPacket.TryRead(bytes, out var packet))
                TakePulse(packet, sink, stop);
        }
        _heldBytes = 0;
    }

    private void Hold(AdaraPacket packet, IChunkSink sink)
    {
        _held.Enqueue(packet.Bytes.ToArray());
        _heldBytes += packet.Bytes.Length;
        while (_heldBytes > MostHeldBytes)
        {
            _heldBytes -= _held.Dequeue().Length;
            sink.CountLost(1, "pulses arrived without a run status that names their run");
        }
    }

    private void Release()
    {
        _held.Clear();
        _heldBytes = 0;
    }

    private void EndRun(IChunkSink sink, CancellationToken stop)
    {
        EndPulse(sink, stop);
        _chunks.End(sink, stop);
    }
}
