using System.Net.Sockets;

namespace Hutch.Tests.Servers;

/// <summary>A Redis of its own. Its data survives <see cref="RestartAsync"/> (append-only file) and goes with the object.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hutch redis ").FullName;
    private ServerProcess? _process;

    public int Port { get; } = FreePort.NextBelow(30000);

    /// <summary>With one, the server also listens on <see cref="TlsPort"/>.</summary>
    public ServerCertificate? Certificate { get; init; }

    public int TlsPort { get; } = FreePort.NextBelow(26000);

    public string Url => $"redis://127.0.0.1:{Port}/0";

    public async ValueTask InitializeAsync() => await StartAsync();

    public async Task StartAsync()
    {
        string[] tls = Certificate is { } c
            ? ["--tls-port", $"{TlsPort}", "--tls-cert-file", c.CertificateFile, "--tls-key-file", c.KeyFile, "--tls-ca-cert-file", c.AuthorityFile, "--tls-auth-clients", "no"]
            : [];
        _process = new ServerProcess(new Dictionary<string, string>(), "",
            ["redis-server", "--bind", "127.0.0.1", "--port", $"{Port}", "--save", "", "--appendonly", "yes", "--dir", _folder, .. tls]);
        await Eventually.TrueAsync(AnswersAsync, TimeSpan.FromSeconds(30), () => $"Redis did not start: {_process.Output}");
    }

    public async Task StopAsync()
    {
        if (_process is { } process)
            await process.StopAsync();
        _process = null;
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port);
            var stream = client.GetStream();
            await stream.WriteAsync("PING\r\n"u8.ToArray());
            var answer = new byte[5];
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await stream.ReadExactlyAsync(answer, patience.Token);
            return answer.AsSpan().SequenceEqual("+PONG"u8);
        }
        catch (Exception error) when (error is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
