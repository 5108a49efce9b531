using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Hutch.Bench.Requests;

/// <summary>The least that a round trip through RabbitMQ can be: RabbitMQ.Client, two queues, no acknowledgements.</summary>
internal sealed class BareEcho : IAsyncDisposable
{
    private readonly IConnection[] _connections;
    private readonly IChannel _caller;
    private TaskCompletionSource _answered = new();

    private BareEcho(IConnection[] connections, IChannel caller)
    {
        _connections = connections;
        _caller = caller;
    }

    public static async Task<BareEcho> OpenAsync(string url)
    {
        var factory = new ConnectionFactory { Uri = new Uri(url) };
        IConnection[] connections = [await factory.CreateConnectionAsync(), await factory.CreateConnectionAsync()];
        var server = await connections[0].CreateChannelAsync();
        var caller = await connections[1].CreateChannelAsync();
        await server.QueueDeclareAsync("echo", durable: false, exclusive: false, autoDelete: true);
        await caller.QueueDeclareAsync("answers", durable: false, exclusive: false, autoDelete: true);
        var echo = new BareEcho(connections, caller);
        var serving = new AsyncEventingBasicConsumer(server);
        serving.ReceivedAsync += async (_, message) => await server.BasicPublishAsync("", "answers", message.Body);
        await server.BasicConsumeAsync("echo", autoAck: true, serving);
        var answers = new AsyncEventingBasicConsumer(caller);
        answers.ReceivedAsync += (_, _) =>
        {
            echo._answered.SetResult();
            return Task.CompletedTask;
        };
        await caller.BasicConsumeAsync("answers", autoAck: true, answers);
        return echo;
    }

    public async Task CallAsync(ReadOnlyMemory<byte> body)
    {
        _answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _caller.BasicPublishAsync("", "echo", body);
        await _answered.Task;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
            await connection.DisposeAsync();
    }
}
