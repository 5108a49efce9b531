namespace Hutch.Bus.Transports.Redis;

/// <summary>The connection on which is published, declared and acknowledged, from its making to its loss.</summary>
internal sealed class RedisLink : IBrokerLink
{
    private readonly RedisTransport _owner;
    private readonly Dictionary<string, string> _scripts = [];

    private RedisLink(RedisTransport owner, RespPipeline pipeline)
    {
        _owner = owner;
        Pipeline = pipeline;
    }

    public RespPipeline Pipeline { get; }

    public bool IsOpen => !Pipeline.Lost.IsCompleted;

    public Task<string> Lost => Pipeline.Lost;

    public static async Task<RedisLink> OpenAsync(BusUrl url, RedisTransport owner, CancellationToken cancel)
    {
        var connection = await RespConnection.OpenAsync(url, cancel);
        var link = new RedisLink(owner, new RespPipeline(connection));
        try
        {
            foreach (var script in (string[])[RedisScripts.Publish, RedisScripts.Take, RedisScripts.Restore, RedisScripts.Release])
                link._scripts[script] = (await link.Pipeline.AskAsync("SCRIPT", "LOAD", script)).Text;
        }
        catch
        {
            link.Pipeline.Dispose();
            throw;
        }
        return link;
    }

    /// <summary>The name under which the server knows a script of <see cref="RedisScripts"/>.</summary>
    public string Script(string script) => _scripts[script];

    public void Drop(string reason) => Pipeline.Drop(reason);

    public async Task DeclareAsync(object declaration, CancellationToken cancel)
    {
        // Lists come into being with their first message, and the type of an exchange is known to its users only.
        if (declaration is not QueueBinding binding)
            return;
        var type = _owner.Topology.TypeOf(binding.Exchange) ?? ExchangeType.Topic;
        var pattern = type == ExchangeType.Topic ? RedisPattern.Of(binding.RoutingKey) : "";
        if (type == ExchangeType.Fanout)
        {
            await _owner.Fanout.SubscribeAsync(binding, cancel);
            // kombu notes fanout bindings though nobody reads them; a process that is killed would leave its own behind.
            if (_owner.Topology.Queue(binding.Queue) is { Exclusive: true })
                return;
        }
        await Pipeline.AskAsync("SADD", RedisKeys.Bindings(binding.Exchange), RedisKeys.Binding(binding.RoutingKey, pattern, binding.Queue)).WaitAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // When this is answered, all that was posted before is done, e.g. the last acknowledgements.
            await Pipeline.AskAsync("PING");
        }
        catch (Exception error) when (error is IOException or RespException)
        {
            // The connection is lost already.
        }
        Pipeline.Dispose();
    }
}
