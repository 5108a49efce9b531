using System.Net.Sockets;
using Hutch.Epics.ChannelAccess;

namespace Hutch.Epics.Serving;

/// <summary>
/// What goes to the client waits in one buffer while the other is being sent. A monitor's value goes there too, unless too much waits already, or
/// the client asked for a pause: then only the newest value of each monitor is kept, as an IOC does.
/// </summary>
internal sealed partial class Circuit
{
    // A larger buffer than that is not kept when it was sent: it was for one large array.
    private const int KeptBuffer = 4 << 20;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Queue<Subscription> _waiting = [];
    private byte[] _buffer = new byte[FirstBuffer];
    private int _filled;
    private bool _awake;
    private bool _held;
    private bool _closed;
    private TaskCompletionSource? _drained;

    /// <summary>What ends when there is room for answers again; null if there is.</summary>
    private Task? Backlog
    {
        get
        {
            lock (_gate)
            {
                if (_closed || _filled < _server.Options.HighWater)
                    return null;
                _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return _drained.Task;
            }
        }
    }

    /// <summary>Takes a value for a monitor. Never waits for the client.</summary>
    public void Post(Subscription subscription, PvUpdate update)
    {
        lock (_gate)
        {
            if (_closed || subscription.Ended)
                return;
            if (!_held && _waiting.Count == 0 && _filled < _server.Options.HighWater)
            {
                Encode(subscription, update);
            }
            else
            {
                if (subscription.Waiting is null)
                    _waiting.Enqueue(subscription);
                else
                    _server.Counters.CountOverwritten();
                subscription.Waiting = update;
            }
            Wake();
        }
    }

    private void HoldEvents(bool held)
    {
        lock (_gate)
        {
            _held = held;
            Wake();
        }
    }

    private void Send(in CaHeader header, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            if (_closed)
                return;
            var place = Reserve(header, payload.Length);
            payload.CopyTo(place);
            Wake();
        }
    }

    /// <summary>Sends a value; false if it cannot be converted to the type.</summary>
    private bool SendValue(CaCommand command, ServedPv pv, PvUpdate update, int dbrType, uint count, uint one, uint two)
    {
        lock (_gate)
        {
            if (_closed)
                return true;
            var sent = EncodeValue(command, pv, update, dbrType, count, one, two);
            Wake();
            return sent;
        }
    }

    private void Encode(Subscription subscription, PvUpdate update)
    {
        _server.Counters.CountUpdate();
        if (!EncodeValue(CaCommand.EventAdd, subscription.Pv, update, subscription.DbrType, subscription.Count, CaStatus.Normal, subscription.Id))
            Reserve(new CaHeader(CaCommand.EventAdd, 0, (ushort)subscription.DbrType, 0, CaStatus.GetFail, subscription.Id), 0);
    }

    private bool EncodeValue(CaCommand command, ServedPv pv, PvUpdate update, int dbrType, uint count, uint one, uint two)
    {
        _ = DbrLayout.TrySplit(dbrType, out var form, out var type);
        if (PvConversion.Convert(update.Data, type, pv.Properties.States, pv.Properties.Precision) is not { } data)
            return false;
        var elements = count == 0 ? data.Count : (int)count;
        var size = DbrLayout.Size(form, type, elements);
        var place = Reserve(new CaHeader(command, (uint)CaHeader.Padded(size), (ushort)dbrType, (uint)elements, one, two), CaHeader.Padded(size));
        place.Clear();
        DbrEncoder.Encode(place[..(int)size], form, data, update, pv.Properties);
        return true;
    }

    // Under the lock. Appends a header, and returns the place of its payload.
    private Span<byte> Reserve(in CaHeader header, int payload)
    {
        var length = header.HeaderSize + payload;
        if (_buffer.Length - _filled < length)
            Array.Resize(ref _buffer, checked((int)Math.Max(_buffer.Length * 2L, (long)_filled + length)));
        header.Write(_buffer.AsSpan(_filled));
        var place = _buffer.AsSpan(_filled + header.HeaderSize, payload);
        _filled += length;
        return place;
    }

    private void Wake()
    {
        if (_awake || _closed)
            return;
        _awake = true;
        _wake.Release();
    }

    private async Task SendLoopAsync(CancellationToken stop)
    {
        var spare = new byte[FirstBuffer];
        try
        {
            while (true)
            {
                await _wake.WaitAsync(stop).ConfigureAwait(false);
                while (Take(ref spare) is > 0 and var length)
                {
                    for (var sent = 0; sent < length;)
                        sent += await _socket.SendAsync(spare.AsMemory(sent, length - sent), stop).ConfigureAwait(false);
                    if (spare.Length > KeptBuffer)
                        spare = new byte[FirstBuffer];
                }
                if (_closed)
                    return;
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            Close();
        }
    }

    // Gives the sender what has been collected, and collects in the buffer that it has sent.
    private int Take(ref byte[] spare)
    {
        lock (_gate)
        {
            _awake = false;
            if (!_held)
            {
                while (_filled < _server.Options.HighWater && _waiting.TryDequeue(out var subscription))
                {
                    if (subscription.Waiting is not { } update)
                        continue;
                    subscription.Waiting = null;
                    Encode(subscription, update);
                }
            }
            var length = _filled;
            (_buffer, spare, _filled) = (spare, _buffer, 0);
            _drained?.TrySetResult();
            _drained = null;
            return length;
        }
    }

    private void Close()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            _drained?.TrySetResult();
            _wake.Release();
        }
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
        }
        _socket.Close();
    }
}
