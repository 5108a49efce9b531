using System.Buffers.Text;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;

namespace Hutch.Bus.Transports.Redis;

/// <summary>
/// One TCP connection to Redis: commands out, replies in, in the same order. Our own and not a client library's, because
/// a consumer blocks its connection (BRPOP), which a library that shares one connection cannot do, and because the bus
/// wants many commands in one write and replies without a change of thread.
/// </summary>
internal sealed class RespConnection : IDisposable
{
    private const int LongestBulk = 512 * 1024 * 1024;

    private readonly TcpClient _client;
    private readonly Stream _stream;
    private readonly RespBuffer _commands = new();
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    private RespConnection(TcpClient client, Stream stream)
    {
        _client = client;
        _stream = stream;
    }

    /// <summary>The server's number for this connection, by which it can be unblocked.</summary>
    public long Id { get; private set; }

    public static async Task<RespConnection> OpenAsync(BusUrl url, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(url.Host, url.Port, limit.Token);
            Stream stream = client.GetStream();
            if (url.Tls)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = url.Host }, limit.Token);
                stream = tls;
            }
            var connection = new RespConnection(client, stream);
            if (url.Password is { } password)
                await connection.AskAsync(limit.Token, url.User is { } user ? ["AUTH", user, password] : ["AUTH", password]);
            if (url.Path != "0")
                await connection.AskAsync(limit.Token, "SELECT", url.Path);
            connection.Id = (await connection.AskAsync(limit.Token, "CLIENT", "ID")).Integer;
            return connection;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            client.Dispose();
            throw new IOException("no answer within 5 s");
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends one command and waits for its reply.</summary>
    public async Task<RespReply> AskAsync(CancellationToken cancel, params RespArgument[] words)
    {
        _commands.Clear();
        _commands.Add(words);
        await _stream.WriteAsync(_commands.Written, cancel);
        return (await ReadAsync(cancel)).Checked();
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> commands) => _stream.WriteAsync(commands);

    /// <summary>The next reply.</summary>
    /// <exception cref="IOException">The connection was lost.</exception>
    public async ValueTask<RespReply> ReadAsync(CancellationToken cancel = default)
    {
        while (true)
        {
            var position = _start;
            if (TryParse(_buffer.AsSpan(0, _end), ref position, out var reply))
            {
                _start = position;
                if (_start == _end)
                    _start = _end = 0;
                return reply;
            }
            MakeRoom();
            var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancel);
            if (read == 0)
                throw new IOException("Redis closed the connection");
            _end += read;
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        else if (_end == 0 && _buffer.Length > 1 << 20)
            _buffer = new byte[16 * 1024];
    }

    private static bool TryParse(ReadOnlySpan<byte> data, ref int position, out RespReply reply)
    {
        reply = default;
        var line = data[position..];
        var length = line.IndexOf("\r\n"u8);
        if (length < 0)
            return false;
        if (length == 0)
            throw new IOException("Redis sent an empty line");
        var kind = line[0];
        var content = line[1..length];
        var next = position + length + 2;
        switch (kind)
        {
            case (byte)'+':
                reply = RespReply.Of(content.ToArray());
                break;
            case (byte)'-':
                reply = RespReply.Error(content.ToArray());
                break;
            case (byte)':':
                reply = RespReply.Of(Number(content));
                break;
            case (byte)'$':
                var size = Number(content);
                if (size < 0)
                {
                    reply = RespReply.Nil;
                    break;
                }
                if (size > LongestBulk)
                    throw new IOException($"Redis sent a string of {size} bytes; the most is {LongestBulk}");
                if (data.Length - next < size + 2)
                    return false;
                reply = RespReply.Of(data.Slice(next, (int)size).ToArray());
                next += (int)size + 2;
                break;
            case (byte)'*':
                if (!TryParseItems(data, ref next, Number(content), out reply))
                    return false;
                break;
            default:
                throw new IOException(string.Create(CultureInfo.InvariantCulture, $"Redis sent a reply of kind 0x{kind:x2}"));
        }
        position = next;
        return true;
    }

    private static bool TryParseItems(ReadOnlySpan<byte> data, ref int next, long count, out RespReply reply)
    {
        reply = RespReply.Nil;
        if (count < 0)
            return true;
        // Every item has at least three bytes: a count beyond that cannot have arrived yet.
        if (count > (data.Length - next) / 3)
            return false;
        var items = new RespReply[count];
        for (var i = 0; i < items.Length; i++)
        {
            if (!TryParse(data, ref next, out items[i]))
                return false;
        }
        reply = RespReply.Of(items);
        return true;
    }

    private static long Number(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out long number, out var used) && used == digits.Length
            ? number
            : throw new IOException("Redis sent an invalid number");
}
