using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Hutch.Tests.EndToEnd.Fleet;

/// <summary>Looks for values that must not show: in all that goes over a Redis, and in command lines and environments of all processes.</summary>
internal sealed partial class Secrets : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private volatile byte[][] _values;
    private readonly ConcurrentDictionary<string, bool> _found = new();
    private readonly CancellationTokenSource _end = new();
    private readonly TcpClient _monitor = new();
    private readonly MemoryStream _bus = new();
    private Task _watching = Task.CompletedTask;
    private Task _hearing = Task.CompletedTask;
    private int _processes;

    public Secrets(params IEnumerable<string> values) => _values = [.. values.Select(Encoding.UTF8.GetBytes)];

    /// <summary>A part of a private key that is nowhere in the public one (openssh-key-v1, ed25519), as it stands in its file and in a record, which is the file in base64.</summary>
    public static IEnumerable<string> OfKey(string file)
    {
        var (text, line) = (File.ReadAllText(file), File.ReadAllLines(file)[4]);
        yield return line[10..40];
        yield return Convert.ToBase64String(Encoding.UTF8.GetBytes(text))[((text.IndexOf(line, StringComparison.Ordinal) / 3 * 4) + 16)..][..40];
    }

    /// <summary>Looks for more.</summary>
    public void Add(IEnumerable<string> values) => _values = [.. _values, .. values.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Where one was found in a process.</summary>
    public IEnumerable<string> InProcesses => _found.Keys;

    /// <summary>How many looks there were at a process.</summary>
    public int Processes => _processes;

    /// <summary>All that went over the bus, and into the engine: as Redis tells it, then the bodies of messages, which travel in base64.</summary>
    public string Bus
    {
        get
        {
            string told;
            lock (_bus)
                told = Unescaped(Encoding.UTF8.GetString(_bus.GetBuffer(), 0, (int)_bus.Length));
            var bodies = Body().Matches(told).Select(m => Unescaped(Encoding.UTF8.GetString(Convert.FromBase64String(m.Groups[1].Value)))).ToList();
            Assert.True(bodies.Count > 100, $"{bodies.Count} messages");
            return $"{told}\n{string.Join('\n', bodies)}";
        }
    }

    /// <summary>Begins to listen to a Redis, by MONITOR, and to look at processes.</summary>
    public void Watch(int redis)
    {
        _monitor.Connect("127.0.0.1", redis);
        _monitor.GetStream().Write("MONITOR\r\n"u8);
        _hearing = HearAsync();
        _watching = Task.Run(WatchProcessesAsync);
    }

    /// <summary>Which of the values stand in a text, by their number.</summary>
    public IReadOnlyList<int> In(string text) => In(Encoding.UTF8.GetBytes(Unescaped(text)));

    /// <summary>Which of the values stand in a file of a folder.</summary>
    public IEnumerable<string> InFiles(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => In(File.ReadAllBytes(file)).Count > 0);

    public void Dispose()
    {
        _end.Cancel();
        _monitor.Dispose();
        Task.WaitAll([_watching, _hearing], TimeSpan.FromSeconds(10));
        _end.Dispose();
    }

    [GeneratedRegex(@"\\""body\\"":\s*\\""([A-Za-z0-9+/=]*)\\""")]
    private static partial Regex Body();

    // JSON may write a plus as \u002B, and Redis shows a backslash as two.
    private static string Unescaped(string text) => text.Replace("""\\u002B""", "+", StringComparison.Ordinal).Replace("""\u002B""", "+", StringComparison.Ordinal);

    private List<int> In(byte[] bytes)
    {
        var values = _values;
        return [.. Enumerable.Range(0, values.Length).Where(i => bytes.AsSpan().IndexOf(values[i]) >= 0)];
    }

    private async Task HearAsync()
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (await _monitor.GetStream().ReadAsync(buffer) is > 0 and var read)
            {
                lock (_bus)
                    _bus.Write(buffer, 0, read);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or SocketException)
        {
            // The end.
        }
    }

    private async Task WatchProcessesAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            foreach (var process in Directory.GetDirectories("/proc").Where(p => char.IsAsciiDigit(Path.GetFileName(p)[0])))
            {
                foreach (var file in (string[])["cmdline", "environ"])
                    Look(Path.Combine(process, file));
            }
            await Task.Delay(Pause, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Look(string file)
    {
        try
        {
            var text = File.ReadAllBytes(file);
            Interlocked.Increment(ref _processes);
            foreach (var i in In(text))
                _found[$"{file}: value {i}: {Encoding.UTF8.GetString(text)[..Math.Min(text.Length, 200)]}"] = true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It has ended.
        }
    }
}
