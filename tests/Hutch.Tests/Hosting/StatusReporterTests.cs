using System.Text;
using Hutch.Hosting;
using Hutch.Store;
using Hutch.Tests.Servers;
using Hutch.Tests.Store;

namespace Hutch.Tests.Hosting;

public sealed class StatusReporterTests : IAsyncLifetime
{
    private readonly RedisServer _server = new();

    [Fact]
    public async Task The_status_is_a_hash_that_expires_and_comes_back_after_the_server_lost_it()
    {
        await using var setup = await Startup.PrepareAsync(
            new StartupArguments { ServiceName = "x.writer", Store = _server.Url, ConfigFile = "-" },
            new StartupDefaults(), _ => null, new StringReader("""{"n": 1}"""), default);
        using var status = new StatusReporter(setup, DateTimeOffset.FromUnixTimeSeconds(1700000000)) { Interval = TimeSpan.FromMilliseconds(100) };
        status.Start();
        await Eventually.TrueAsync(async () => (await setup.Store!.GetHashAsync("status.x.writer")).Count == 3, TimeSpan.FromSeconds(30), () => "the status is there");
        var hash = (await setup.Store!.GetHashAsync("status.x.writer")).ToDictionary(f => f.Key, f => Encoding.UTF8.GetString(f.Value));
        Assert.Equal("""{"n": 1}""", hash["config"]);
        Assert.Equal("x.writer", hash["service_name"]);
        Assert.Equal("1700000000", hash["start_timestamp"]);
        Peer.Run("status_peer.py", $"{_server.Port}", "status.x.writer");

        await setup.Store.DeleteAsync("status.x.writer");
        await Eventually.TrueAsync(async () => (await setup.Store.GetHashAsync("status.x.writer")).Count == 3, TimeSpan.FromSeconds(30), () => "the status comes back after it was removed");

        await _server.RestartAsync();
        await setup.Store.DeleteAsync("status.x.writer");
        await Eventually.TrueAsync(async () => (await setup.Store.GetHashAsync("status.x.writer")).Count == 3, TimeSpan.FromSeconds(30), () => "the status comes back after a restart");
    }

    public async ValueTask InitializeAsync() => await _server.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
