using Hutch.Reduction.Sources.Adara;
using Hutch.Services;

namespace Hutch.Reduction.Recording;

/// <summary>Records a stream as it is on the wire: packets one after the other.</summary>
public sealed class AdaraRecorder : Service
{
    private readonly FileStream _file;
    private readonly AdaraLink _link;
    private readonly PacketBuffer _buffer = new();
    private readonly uint _start;
    private readonly long _packets;
    private uint _lastSeconds;

    /// <summary>Makes a recorder.</summary>
    /// <param name="address">The service.</param>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">Whether a file that exists is replaced.</param>
    /// <param name="fromNs">The start time (ns since 1970), as far back as the service has data; null: now.</param>
    /// <param name="packets">The number that ends the recording; 0: no limit.</param>
    /// <exception cref="UserErrorException">The file exists, or cannot be made.</exception>
    public AdaraRecorder(AdaraAddress address, string path, bool overwrite, long? fromNs, long packets)
        : base("adara-dump", null)
    {
        try
        {
            _file = new FileStream(path, overwrite ? FileMode.Create : FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 20);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(File.Exists(path) && !overwrite ? $"{path} exists; choose another name, or --overwrite" : $"{path} cannot be written: {error.Message}", error);
        }
        (_link, _packets, _start) = (new AdaraLink(address), packets, fromNs is { } from ? Math.Max(1, AdaraPacket.SecondsOf(from)) : 0);
        OnError = ErrorAction.Fail;
    }

    /// <summary>What is wrong at the moment; null if nothing is.</summary>
    public string? Problem => _link.Problem;

    /// <summary>Packets recorded.</summary>
    public long Packets { get; private set; }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        if (!_link.IsOpen)
        {
            // A stream that was lost goes on from the last second; what then comes again, a listener leaves out.
            if (_link.TryConnect(() => AdaraLink.Hello(_lastSeconds > 0 ? _lastSeconds : _start, withPauses: true), stop))
                _buffer.Clear();
            return null;
        }
        _buffer.Filled(_link.Receive(_buffer.Room(), TimeSpan.FromMilliseconds(100)));
        try
        {
            while ((_packets == 0 || Packets < _packets) && _buffer.TryNext(out var packet))
            {
                _file.Write(packet.Bytes);
                Packets++;
                if (packet.Type == PacketType.BankedEvent)
                    _lastSeconds = packet.Seconds;
                _link.IsGood();
            }
        }
        catch (InvalidDataException error)
        {
            _link.Lose(error.Message);
        }
        if (_packets > 0 && Packets >= _packets)
            Stop();
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        _link.Dispose();
        _file.Dispose();
    }
}
