using Microsoft.AspNetCore.Http;

namespace Hutch.Web.Limits;

/// <summary>The body of a request up to a size and a time.</summary>
internal sealed class LimitedBody(Stream body, long largest, TimeSpan time) : Stream
{
    private readonly long _until = Environment.TickCount64 + (long)time.TotalMilliseconds;
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _read; set => throw new NotSupportedException(); }

    /// <exception cref="BadHttpRequestException">It is larger (413), or comes too slowly (408).</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(TimeSpan.FromMilliseconds(Math.Max(0, _until - Environment.TickCount64)));
        try
        {
            var read = await body.ReadAsync(buffer, end.Token).ConfigureAwait(false);
            return (_read += read) <= largest ? read : throw BodyLimit.TooLarge(largest);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BadHttpRequestException($"the body did not arrive within {time.TotalSeconds:0} s", StatusCodes.Status408RequestTimeout, error);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("a body is read asynchronously");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
