using Hutch.Reduction.Configuration;

namespace Hutch.Reduction.Sources.Adara;

/// <summary>A recorded stream (<c>.adara</c>): packets one after the other, as they were on the wire.</summary>
internal sealed class RecordedAdara : IRecordedRun
{
    /// <summary>How the names of such files end.</summary>
    public const string Extension = ".adara";

    private readonly FileStream _file;
    private readonly AdaraStream _stream;
    private readonly PacketBuffer _buffer = new();

    /// <exception cref="UserErrorException">It cannot be read.</exception>
    public RecordedAdara(string path, ReductionConfiguration configuration, string? geometryFile)
    {
        try
        {
            _file = File.OpenRead(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path} cannot be read: {error.Message}", error);
        }
        _stream = new AdaraStream(configuration, skipsWhenFull: false, geometryFile);
        _stream.Connected(fromStartOfRun: false);
    }

    public bool Read(IChunkSink sink, CancellationToken stop)
    {
        var count = _file.Read(_buffer.Room());
        _buffer.Filled(count);
        try
        {
            while (_buffer.TryNext(out var packet))
                _stream.Take(packet, sink, stop);
        }
        catch (InvalidDataException error)
        {
            throw new UserErrorException($"{_file.Name} is not a recorded ADARA stream, or is damaged before byte {_file.Position}: {error.Message}", error);
        }
        if (count > 0)
            return true;
        if (!_buffer.IsEmpty)
            sink.CountLost(1, "the recording ends in the middle of a packet");
        _stream.End(Path.GetFileNameWithoutExtension(_file.Name), sink, stop);
        return false;
    }

    public void Dispose() => _file.Dispose();
}
