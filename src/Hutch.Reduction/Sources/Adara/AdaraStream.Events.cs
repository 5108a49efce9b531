using System.Globalization;

namespace Hutch.Reduction.Sources.Adara;

internal sealed partial class AdaraStream
{
    private readonly SeenPulses _seen = new();
    private (ulong Id, string Run)? _open;
    private bool _isOpenWanted;
    private bool _isPaused;
    private bool _hasScans;
    private bool _hasBanks;
    private ulong _lastCharged;
    private int _scan;
    private long _again;
    private long _paused;
    private long _noPixel;

    // In a scan its number; beside scans 0; 1 in a run without.
    private int Period => _hasScans ? _scan : 1;

    private bool TakePulse(AdaraPacket packet, IChunkSink sink, CancellationToken stop)
    {
        MonitorEvents monitors = default;
        BankedEvents banks = default;
        MappedEvents mapped = default;
        var isWhole = packet.Type switch
        {
            PacketType.BankedEvent => BankedEvents.TryRead(packet, out banks),
            PacketType.MappedEvent => MappedEvents.TryRead(packet, out mapped),
            _ => MonitorEvents.TryRead(packet, out monitors),
        };
        if (!isWhole)
            return false;
        // The service makes banked events of the mapped ones: who sends both sends the same events twice.
        _hasBanks |= packet.Type == PacketType.BankedEvent;
        if (_hasBanks && packet.Type == PacketType.MappedEvent)
            return true;
        if (!_isTold)
        {
            Hold(packet, sink);
            return true;
        }
        if (!IsNewHere(packet))
            return true;
        if (_isPaused && !_configuration.KeepPausedEvents)
        {
            _paused++;
        }
        else if (OpenPulse(packet, sink, stop))
        {
            if (packet.Type == PacketType.BankedEvent)
                AddBanks(packet, banks);
            else if (packet.Type == PacketType.MappedEvent)
                AddMapped(packet, mapped);
            else
                AddMonitors(monitors);
        }
        return true;
    }

    private bool IsNewHere(AdaraPacket packet)
    {
        if (_told is null)
        {
            _outside++;
            return false;
        }
        // Of a history that was asked for from the start of a run, what was before it.
        if (_wanted > 0 && uint.TryParse(_told, CultureInfo.InvariantCulture, out var number) && number < _wanted)
            return false;
        _wanted = 0;
        var id = packet.PulseId;
        if ((_isCatchingUp && id < _seen.Oldest) || !_seen.Add(packet))
        {
            _again++;
            return false;
        }
        if (id > _lastPulse)
            (_lastPulse, _isCatchingUp) = (id, false);
        return true;
    }

    private bool OpenPulse(AdaraPacket packet, IChunkSink sink, CancellationToken stop)
    {
        if (_open == (packet.PulseId, _told!))
            return _isOpenWanted;
        EndPulse(sink, stop);
        _open = (packet.PulseId, _told!);
        return _isOpenWanted = _chunks.BeginPulse(_told!, packet.TimeNs, Period, sink, stop);
    }

    private void AddBanks(AdaraPacket packet, BankedEvents banks)
    {
        _chunks.Metadata.AddCharge(packet.TimeNs, banks.Charge, banks.Flags);
        while (banks.MoveNext())
        {
            if (banks.IsOfNoPixel)
                _noPixel += banks.Events.Count;
            else
                _chunks.Append(banks.Events);
        }
    }

    private void AddMapped(AdaraPacket packet, MappedEvents mapped)
    {
        if (_lastCharged != packet.PulseId)
            _chunks.Metadata.AddCharge(packet.TimeNs, mapped.Charge, mapped.Flags);
        _lastCharged = packet.PulseId;
        _chunks.Append(mapped.Events);
    }

    private void AddMonitors(MonitorEvents monitors)
    {
        while (monitors.MoveNext())
        {
            for (var i = 0; i < monitors.Count; i++)
                _chunks.Metadata.AddMonitorEvent(monitors.Monitor, monitors.Tof(i));
        }
    }

    private bool TakeAnnotation(AdaraPacket packet)
    {
        if (!Annotation.TryRead(packet, out var mark))
            return false;
        switch (mark.Kind)
        {
            case Annotation.Marker.Pause:
                _isPaused = true;
                break;
            case Annotation.Marker.Resume:
                _isPaused = false;
                break;
            case Annotation.Marker.ScanStart:
                (_hasScans, _scan) = (true, (int)Math.Min(mark.ScanIndex, int.MaxValue));
                break;
            case Annotation.Marker.ScanStop:
                (_hasScans, _scan) = (true, 0);
                break;
            case Annotation.Marker.RunComment:
                _chunks.Metadata.Facts["run_comment"] = mark.Comment;
                break;
        }
        if (_hasScans)
            _chunks.Metadata.Facts["scan_index"] = _scan;
        return true;
    }

    private void StartPeriods()
    {
        (_hasScans, _scan) = (false, 0);
        _chunks.Metadata.Facts.Remove("scan_index");
        _chunks.Metadata.Facts.Remove("run_comment");
    }
}
