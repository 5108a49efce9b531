namespace Hutch.Detectors.Recording;

/// <summary>Writes datagrams to a capture file that tcpdump and Wireshark read, see <see cref="PcapFormat"/>. For any number of threads.</summary>
public sealed class PcapWriter : IDisposable
{
    private const int HeaderBytes = PcapFormat.RecordHeaderBytes + PcapFormat.IpHeaderBytes + PcapFormat.UdpHeaderBytes;

    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private long _packets;

    /// <summary>Makes the file.</summary>
    /// <exception cref="UserErrorException">It exists, or cannot be made.</exception>
    public PcapWriter(string path, bool overwrite = false)
    {
        try
        {
            _file = new FileStream(path, overwrite ? FileMode.Create : FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 4 << 20);
        }
        catch (IOException error) when (File.Exists(path))
        {
            throw new UserErrorException($"recording {path} exists; remove it, choose another file, or allow it to be replaced with --overwrite", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"recording {path} cannot be created: {error.Message}", error);
        }
        Span<byte> header = stackalloc byte[PcapFormat.FileHeaderBytes];
        PcapFormat.WriteFileHeader(header);
        _file.Write(header);
    }

    /// <summary>Datagrams written.</summary>
    public long Packets => Interlocked.Read(ref _packets);

    /// <summary>Adds a datagram.</summary>
    /// <exception cref="IOException">The file cannot take it; the disk may be full.</exception>
    public void Write(in RecordedPacket packet, ReadOnlySpan<byte> payload)
    {
        Span<byte> headers = stackalloc byte[HeaderBytes];
        PcapFormat.WriteHeaders(headers, packet, payload.Length);
        lock (_gate)
        {
            _file.Write(headers);
            _file.Write(payload);
            _packets++;
        }
    }

    /// <summary>Brings everything to the file, and closes it.</summary>
    public void Dispose() => _file.Dispose();
}
