using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hutch.Web.Tests.Support;

/// <summary>A client that speaks HTTP over a plain socket, as far as a test wants it to.</summary>
public sealed class RawClient : IDisposable
{
    private readonly TcpClient _client;

    /// <summary>Connects to the server of an instrument, from an address of this host.</summary>
    public RawClient(TestInstrument instrument, string from)
    {
        _client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0));
        _client.Connect(instrument.Server.Url!.Host, instrument.Server.Url.Port);
    }

    /// <summary>Sends text.</summary>
    public RawClient Send(string text)
    {
        _client.GetStream().Write(Encoding.ASCII.GetBytes(text));
        return this;
    }

    /// <summary>Sends a whole request without a body.</summary>
    public RawClient Get(string path) => Send($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");

    /// <summary>Sends bytes until the server takes no more.</summary>
    public async Task<long> SendBodyAsync(long bytes)
    {
        var block = new byte[64 << 10];
        var sent = 0L;
        for (; sent < bytes; sent += block.Length)
            await _client.GetStream().WriteAsync(block);
        return sent;
    }

    /// <summary>The next line of the answer; null at its end.</summary>
    public async Task<string?> ReadLineAsync()
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await _client.GetStream().ReadAsync(one) == 1)
        {
            if (one[0] == '\n')
                return Encoding.ASCII.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }
        return line.Count > 0 ? Encoding.ASCII.GetString([.. line]) : null;
    }

    /// <summary>All that comes until the server closes the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var text = new StreamReader(_client.GetStream(), Encoding.Latin1, leaveOpen: true);
        return await text.ReadToEndAsync();
    }

    /// <summary>An answer whose length is given, or which ends with its chunk of length 0.</summary>
    public async Task<(int Status, string Body)> AnswerAsync()
    {
        var status = int.Parse((await ReadLineAsync())!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        while (await ReadLineAsync() is { Length: > 0 })
        {
        }
        var body = new StringBuilder();
        while (await ReadLineAsync() is { } line && line != "0")
            body.Append(line);
        return (status, body.ToString());
    }

    public void Dispose() => _client.Dispose();
}
