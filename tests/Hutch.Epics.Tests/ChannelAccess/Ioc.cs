using Hutch.Epics.ChannelAccess;
using Hutch.Epics.Serving;

namespace Hutch.Epics.Tests.ChannelAccess;

/// <summary>A server of PVs of every type on a port of its own, and a client that searches there and nowhere else.</summary>
internal sealed class Ioc : IAsyncDisposable
{
    private readonly Lazy<CaClient> _client;

    public Ioc(CaServerOptions? options = null)
    {
        Add("double", 21.5, writable: true, new PvProperties { Units = "C", Precision = 2, Warning = new(10, 30), Alarm = new(5, 40), Control = new(-50, 50) });
        Add("float", 1.25f, writable: true);
        Add("long", -7, writable: true);
        Add("short", (short)3, writable: true);
        Add("char", (byte)200, writable: true);
        Add("enum", PvData.OfStates(1), writable: true, new PvProperties { States = ["open", "closed", "moving"] });
        Add("string", "hello", writable: true);
        Add("array", new[] { 1.0, 2.0, 3.0 }, writable: true, maximum: 1_000_000);
        Add("strings", new[] { "a", "bc" }, writable: true);
        Add("fixed", 5, writable: false);
        Options = (options ?? new CaServerOptions()) with { Port = 0 };
        Server = NewServer(Options);
        Server.Start();
        Port = Server.SearchPort;
        _client = new Lazy<CaClient>(() => new CaClient(new CaClientOptions { AddressList = $"127.0.0.1:{Port}", Timeout = TimeSpan.FromSeconds(30) }));
    }

    public int Port { get; }

    public CaServerOptions Options { get; }

    public PvTable Pvs { get; } = new();

    public CaServer Server { get; private set; }

    public CaClient Client => _client.Value;

    public ServedPv this[string name] => Pvs.Find("t:" + name)!;

    public Pv Pv(string name) => Client.Pv("t:" + name);

    public void StopServer()
    {
        Server.Stop();
        Assert.True(Server.WaitTillStopped(TimeSpan.FromSeconds(10)));
    }

    public void StartServer()
    {
        Server = NewServer(Options with { Port = Port });
        Server.Start();
    }

    public async ValueTask DisposeAsync()
    {
        if (_client.IsValueCreated)
            await Client.DisposeAsync();
        StopServer();
        Server.Dispose();
    }

    private CaServer NewServer(CaServerOptions options) => new($"ioc-{Guid.NewGuid():N}", Pvs, options);

    private void Add(string name, object value, bool writable, PvProperties? properties = null, int maximum = 0) =>
        Pvs.Add(new ServedPv("t:" + name, PvData.Of(value), maximum) { IsWritable = writable, Properties = properties ?? new PvProperties() });
}
