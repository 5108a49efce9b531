using System.Collections.Concurrent;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Hutch.Bench.Bus;

/// <summary>
/// The same exchange of messages on RabbitMQ.Client alone, as one would write it by hand: durable queue, persistent
/// request, answer, acknowledgement; the body comes back as it went, and nothing is read in it.
/// </summary>
public sealed class BareRabbitMqEcho : IEcho
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new();
    private readonly string _name;
    private readonly string _replies = $"bare-{Guid.NewGuid()}";
    private IConnection _connection = null!;
    private IChannel _publish = null!;

    private BareRabbitMqEcho(string name) => _name = name;

    public static async Task<BareRabbitMqEcho> OpenAsync(string url, string name)
    {
        var echo = new BareRabbitMqEcho(name) { _connection = await ConnectAsync(url) };
        echo._publish = await echo._connection.CreateChannelAsync();
        var channel = await echo._connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(echo._replies, durable: false, exclusive: true, autoDelete: true);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, reply) =>
        {
            if (echo._waiting.TryRemove(reply.BasicProperties.CorrelationId!, out var waiting))
                waiting.SetResult();
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(echo._replies, autoAck: true, consumer);
        return echo;
    }

    public static async Task<IAsyncDisposable> ServeAsync(string url, string name, ushort prefetch)
    {
        var connection = await ConnectAsync(url);
        var publish = await connection.CreateChannelAsync();
        var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(name, "topic", durable: true);
        await channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync(name, name, $"{name}.*");
        await channel.BasicQosAsync(0, prefetch, false);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, request) =>
        {
            var properties = new BasicProperties { CorrelationId = request.BasicProperties.CorrelationId };
            await publish.BasicPublishAsync("", request.BasicProperties.ReplyTo!, false, properties, request.Body);
            await channel.BasicAckAsync(request.DeliveryTag, false);
        };
        await channel.BasicConsumeAsync(name, autoAck: false, consumer);
        return connection;
    }

    public async Task AskAsync(int number)
    {
        var id = Guid.NewGuid().ToString();
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answered;
        var body = Encoding.UTF8.GetBytes($$"""{"jsonrpc": "2.0", "id": "{{id}}", "method": "echo", "params": {"number": {{number}} } }""");
        var properties = new BasicProperties { CorrelationId = id, ReplyTo = _replies, DeliveryMode = DeliveryModes.Persistent, ContentType = "application/json" };
        await _publish.BasicPublishAsync(_name, $"{_name}.echo", false, properties, body);
        await answered.Task;
    }

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    private static Task<IConnection> ConnectAsync(string url) =>
        new ConnectionFactory { Uri = new Uri(url.Replace("//", "/").Replace("amqp:/", "amqp://")), VirtualHost = "/" }.CreateConnectionAsync();
}
