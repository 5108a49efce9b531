using System.Net.Sockets;
using System.Text;

namespace Hutch.Bench.Bus;

/// <summary>
/// LPUSH and BRPOP by hand, on two sockets a side as a blocking reader needs them: the text comes back as it went.
/// </summary>
public sealed class BareRedisEcho : IEcho
{
    private readonly Dictionary<int, TaskCompletionSource> _waiting = [];
    private readonly Line _out;
    private readonly Line _in;
    private readonly string _name;
    private readonly string _replies = $"bare-{Guid.NewGuid()}";

    private BareRedisEcho(string url, string name)
    {
        (_out, _in, _name) = (new Line(url), new Line(url), name);
        _ = Task.Run(ReceiveAsync);
        _ = Task.Run(_out.SkipAsync);
    }

    public static BareRedisEcho Open(string url, string name) => new(url, name);

    public static Task<IAsyncDisposable> ServeAsync(string url, string name)
    {
        var (requests, replies) = (new Line(url), new Line(url));
        _ = Task.Run(replies.SkipAsync);
        _ = Task.Run(async () =>
        {
            while (true)
            {
                var request = await requests.PopAsync(name);
                var replyTo = request[..request.IndexOf(' ')];
                await replies.SendAsync("LPUSH", replyTo, request);
            }
        });
        return Task.FromResult<IAsyncDisposable>(requests);
    }

    public async Task AskAsync(int number)
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
            _waiting[number] = answered;
        await _out.SendAsync("LPUSH", _name, $$"""{{_replies}} {{number}} {"jsonrpc": "2.0", "id": "{{number:D36}}", "method": "echo", "params": {"number": {{number}} } }""");
        await answered.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _out.DisposeAsync();
        await _in.DisposeAsync();
    }

    private async Task ReceiveAsync()
    {
        while (true)
        {
            var number = int.Parse((await _in.PopAsync(_replies)).Split(' ', 3)[1]);
            TaskCompletionSource waiting;
            lock (_waiting)
            {
                waiting = _waiting[number];
                _waiting.Remove(number);
            }
            waiting.SetResult();
        }
    }

    /// <summary>A socket to Redis with just what the echo needs.</summary>
    private sealed class Line : IAsyncDisposable
    {
        private readonly NetworkStream _stream;
        private readonly SemaphoreSlim _turn = new(1);
        private readonly byte[] _buffer = new byte[65536];
        private string _rest = "";

        public Line(string url)
        {
            var uri = new Uri(url);
            _stream = new TcpClient(uri.Host, uri.Port) { NoDelay = true }.GetStream();
        }

        public async Task SendAsync(params string[] words)
        {
            var command = new StringBuilder($"*{words.Length}\r\n");
            foreach (var word in words)
                command.Append($"${word.Length}\r\n{word}\r\n");
            await _turn.WaitAsync();
            try
            {
                await _stream.WriteAsync(Encoding.ASCII.GetBytes(command.ToString()));
            }
            finally
            {
                _turn.Release();
            }
        }

        public async Task<string> PopAsync(string list)
        {
            await SendAsync("BRPOP", list, "0");
            // *2, $n, list, $n, text: five lines.
            for (var lines = _rest.Split("\r\n"); ; lines = _rest.Split("\r\n"))
            {
                if (lines.Length > 5)
                {
                    _rest = "";
                    return lines[4];
                }
                var read = await _stream.ReadAsync(_buffer);
                _rest += Encoding.ASCII.GetString(_buffer, 0, read);
            }
        }

        public async Task SkipAsync()
        {
            try
            {
                while (await _stream.ReadAsync(_buffer) > 0)
                {
                    // The lengths of the lists are of no interest.
                }
            }
            catch (IOException)
            {
                // The line was closed.
            }
        }

        public ValueTask DisposeAsync() => _stream.DisposeAsync();
    }
}
