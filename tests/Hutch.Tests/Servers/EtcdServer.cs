namespace Hutch.Tests.Servers;

/// <summary>An etcd of its own, one member. Its data goes with the object.</summary>
public sealed class EtcdServer : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hutch etcd ").FullName;
    private ServerProcess? _process;

    public string Url { get; } = $"http://127.0.0.1:{FreePort.NextBelow(26000)}";

    public async ValueTask InitializeAsync()
    {
        var peers = $"http://127.0.0.1:{FreePort.NextBelow(24000)}";
        _process = new ServerProcess(new Dictionary<string, string>(), "",
            "etcd", "--data-dir", _folder, "--name", "test", "--listen-client-urls", Url, "--advertise-client-urls", Url,
            "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers, "--initial-cluster", $"test={peers}");
        using var client = new HttpClient();
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                return (await client.GetStringAsync($"{Url}/health")).Contains("true", StringComparison.Ordinal);
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, TimeSpan.FromSeconds(30), () => $"etcd did not start: {_process.Output}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
            await process.StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
