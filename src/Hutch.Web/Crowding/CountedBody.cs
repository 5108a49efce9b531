using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Hutch.Web.Crowding;

/// <summary>The body of a request that does not say its length: it ends with an error where it becomes too large.</summary>
internal sealed class CountedBody(Stream body, long largest) : Stream
{
    private long _read;

    /// <summary>Whether more came than may.</summary>
    public bool IsTooLarge => _read > largest;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>What a client is answered.</summary>
    public static string Words(long largest) => string.Create(CultureInfo.InvariantCulture, $"a body may have at most {largest} bytes");

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _read += read;
        return IsTooLarge ? throw new BadHttpRequestException(Words(largest), StatusCodes.Status413PayloadTooLarge) : read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("a body is read asynchronously");

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
