using System.Net.Sockets;
using System.Text;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Hutch.Fleet.Ssh;

/// <summary>A login on a host, for any number of commands one after another.</summary>
internal sealed class HostShell : IHostShell, IDisposable
{
    private const int EndedBySignal = 143;
    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(15);

    private readonly List<IDisposable> _way;
    private readonly SshClient _client;
    private readonly SshHop _host;

    private HostShell(List<IDisposable> way, SshClient client, SshHop host, IReadOnlyDictionary<string, string> keys)
    {
        (_way, _client, _host, HostKeys) = (way, client, host, keys);
    }

    /// <summary>The fingerprints of the hosts on the way, by address.</summary>
    public IReadOnlyDictionary<string, string> HostKeys { get; }

    /// <summary>Whether the connection stands.</summary>
    public bool IsConnected => _client.IsConnected;

    /// <summary>Logs in on a host.</summary>
    /// <param name="hops">The hosts on the way, itself last.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="HostUnreachableException">A host on the way does not answer or does not let us in, or its key is another.</exception>
    public static async Task<HostShell> ConnectAsync(IReadOnlyList<SshHop> hops, SshOptions options, CancellationToken cancel)
    {
        var way = new List<IDisposable>();
        var keys = new Dictionary<string, string>();
        try
        {
            SshClient? before = null;
            foreach (var hop in hops)
            {
                var (address, port) = (hop.Address, hop.Port);
                if (before is not null)
                {
                    var tunnel = new ForwardedPortLocal("127.0.0.1", hop.Address, (uint)hop.Port);
                    before.AddForwardedPort(tunnel);
                    tunnel.Start();
                    way.Add(tunnel);
                    (address, port) = ("127.0.0.1", (int)tunnel.BoundPort);
                }
                before = await LogInAsync(hop, address, port, options, keys, way, cancel).ConfigureAwait(false);
            }
            return new HostShell(way, before!, hops[^1], keys);
        }
        catch
        {
            Close(way);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>It is ended there when <paramref name="cancel"/> is set.</remarks>
    public async Task<CommandResult> RunAsync(string command, CancellationToken cancel, Func<Stream, Task>? input = null, Action<string>? output = null)
    {
        // In a session of its own, whose number comes first: so it can be ended with all that it started.
        using var running = _client.CreateCommand($"exec setsid -w sh -c {Quoted($"echo $$; {command}")}");
        using var killed = cancel.Register(() => running.CancelAsync());
        var (text, session) = (new StringBuilder(), "");
        try
        {
            var done = running.ExecuteAsync(CancellationToken.None);
            var reading = Task.Run(async () =>
            {
                using var reader = new StreamReader(running.OutputStream, Encoding.UTF8, leaveOpen: true);
                session = await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) ?? "";
                var piece = new char[4096];
                while (await reader.ReadAsync(piece).ConfigureAwait(false) is > 0 and var length)
                {
                    text.Append(piece, 0, length);
                    output?.Invoke(new string(piece, 0, length));
                }
            }, CancellationToken.None);
            if (input is not null)
                await GiveAsync(running, input, done).ConfigureAwait(false);
            await done.ConfigureAwait(false);
            await reading.ConfigureAwait(false);
        }
        catch (Exception error) when (error is SshException or SocketException or ObjectDisposedException or IOException or OperationCanceledException)
        {
            if (!cancel.IsCancellationRequested)
                throw new HostUnreachableException($"the connection to {_host} was lost: {error.Message}", error, mayPass: true);
        }
        if (cancel.IsCancellationRequested)
        {
            End(session);
            cancel.ThrowIfCancellationRequested();
        }
        // A shell reports 143 for a command that SIGTERM has ended. With neither code nor signal the session has ended, and not the command.
        var code = running.ExitStatus ?? (running.ExitSignal is not null ? EndedBySignal
            : throw new HostUnreachableException($"the connection to {_host} was lost: the session ended without an exit code", null, mayPass: true));
        return new CommandResult(code, text.ToString(), running.Error);
    }

    public void Dispose() => Close(_way);

    /// <summary>A text as one word of a shell.</summary>
    public static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static async Task GiveAsync(SshCommand running, Func<Stream, Task> input, Task done)
    {
        try
        {
            await using var stream = running.CreateInputStream();
            await input(stream).ConfigureAwait(false);
        }
        catch (Exception error) when (error is InvalidOperationException or SshException or ObjectDisposedException or IOException)
        {
            // A command that ends without reading its input has an exit code that says why.
            if (await Task.WhenAny(done, Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None)).ConfigureAwait(false) != done)
                throw;
        }
    }

    private void End(string session)
    {
        if (!int.TryParse(session, out var id))
            return;
        try
        {
            using var end = _client.CreateCommand($"pkill -TERM -s {id}");
            end.CommandTimeout = TimeSpan.FromSeconds(5);
            end.Execute();
        }
        catch (Exception error) when (error is SshException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The host is away, and so is what ran there for us.
        }
    }

    private static async Task<SshClient> LogInAsync(SshHop hop, string address, int port, SshOptions options, Dictionary<string, string> keys, List<IDisposable> way, CancellationToken cancel)
    {
        PrivateKeyFile key;
        try
        {
            using var file = new MemoryStream(hop.PrivateKey);
            key = new PrivateKeyFile(file);
        }
        catch (Exception error) when (error is SshException or InvalidOperationException or ArgumentException or NotSupportedException)
        {
            throw new HostUnreachableException($"the private key of {hop} cannot be used: {error.Message}", null, mayPass: false);
        }
        way.Add(key);
        var patience = TimeSpan.FromSeconds(options.ConnectTimeoutS);
        var client = new SshClient(new ConnectionInfo(address, port, hop.User, new PrivateKeyAuthenticationMethod(hop.User, key)) { Timeout = patience, RetryAttempts = 1 }) { KeepAliveInterval = s_keepAlive };
        way.Add(client);
        string? refusal = null;
        client.HostKeyReceived += (_, seen) =>
        {
            var fingerprint = $"SHA256:{seen.FingerPrintSHA256.TrimEnd('=')}";
            refusal = Refusal(hop, fingerprint, options.HostKeyPolicy);
            seen.CanTrust = refusal is null;
            keys[hop.Address] = fingerprint;
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        try
        {
            await client.ConnectAsync(limit.Token).ConfigureAwait(false);
            return client;
        }
        catch (Exception error) when (error is SshException or SocketException or ProxyException || (error is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw refusal is not null ? new HostUnreachableException(refusal, error, mayPass: false)
                : error is SshAuthenticationException ? new HostUnreachableException($"{hop} refuses the login: {error.Message} Its authorized_keys must have the public half of the key in the record", error, mayPass: false)
                : new HostUnreachableException($"{hop} does not answer: {(error is OperationCanceledException ? $"nothing within {patience.TotalSeconds:0.#} s" : error.Message)}", error, mayPass: true);
        }
    }

    private static string? Refusal(SshHop hop, string fingerprint, HostKeyPolicy policy)
    {
        if (hop.HostKey == fingerprint)
            return null;
        if (hop.HostKey.Length > 0)
            return $"the host key of {hop} is {fingerprint}, but was {hop.HostKey}: it is another machine, or was reinstalled; if so: hutch fleet hosts forget-key {hop.Address}";
        return policy == HostKeyPolicy.AcceptNew ? null
            : $"the host key of {hop} is {fingerprint} and unknown; compare it with ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub there, and add it to the record: hutch fleet hosts add {hop.Address} --host-key FINGERPRINT";
    }

    private static void Close(List<IDisposable> way)
    {
        for (var i = way.Count - 1; i >= 0; i--)
        {
            try
            {
                way[i].Dispose();
            }
            catch (Exception error) when (error is SshException or SocketException or ObjectDisposedException)
            {
                // It was cut already.
            }
        }
    }
}
