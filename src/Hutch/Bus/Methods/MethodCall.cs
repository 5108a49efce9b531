using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hutch.Bus.Transports;

namespace Hutch.Bus.Methods;

/// <summary>One call: its message, its arguments, and the reply in the making. Used again for the next call.</summary>
internal sealed class MethodCall
{
    [ThreadStatic]
    private static MethodCall? _spare;

    private BusServer _server = null!;
    private MethodEntry _method = null!;
    private BusMessage? _message;

    public ReplyWriter Reply { get; } = new();

    public CallArguments Arguments { get; } = new();

    public IBus Bus => _server.Bus;

    public Delivery Delivery { get; private set; } = null!;

    /// <summary>The id as JSON.</summary>
    public ReadOnlyMemory<byte> Id { get; private set; }

    /// <summary>What else is known of the call while it runs; only if its method asks for it.</summary>
    public CallInHand? InHand { get; private set; }

    /// <summary>Where the call came from; made when a method asks for it.</summary>
    public BusMessage Message => _message ??= new BusMessage(_server, InHand!, _method.Name);

    public CancellationToken Cancelled => InHand!.Cancelled;

    public static MethodCall Rent(BusServer server, Delivery delivery)
    {
        var call = _spare ?? new MethodCall();
        _spare = null;
        (call._server, call.Delivery) = (server, delivery);
        return call;
    }

    public void Return()
    {
        Reply.Clear();
        Arguments.Clear();
        (_server, _method, _message, Delivery, InHand, Id) = (null!, null!, null, null!, null, default);
        _spare = this;
    }

    public void Begin(MethodEntry method, ReadOnlyMemory<byte> id, CallInHand? inHand) => (_method, Id, InHand) = (method, id, inHand);

    /// <summary>An argument, or the default of a parameter that was not given.</summary>
    public T Read<T>(MethodParameter parameter, T fallback)
    {
        var argument = Arguments[parameter.Position];
        if (argument.IsEmpty)
        {
            if (!parameter.HasDefault)
                throw new WrongArgumentsException($"{_method.Name}() needs parameter '{parameter.Name}'");
            return fallback;
        }
        if (typeof(T) == typeof(int) && BusJson.TryReadInt32(argument, out var number))
            return (T)(object)number;
        try
        {
            var reader = new Utf8JsonReader(argument, BusJson.ReaderOptions);
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null && !parameter.Nullable)
                throw new JsonException("null");
            if (typeof(T) == typeof(double) && reader.TokenType == JsonTokenType.Number)
                return (T)(object)reader.GetDouble();
            return JsonSerializer.Deserialize(ref reader, TypeInfo<T>.Value)!;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new WrongArgumentsException($"{_method.Name}() parameter '{parameter.Name}' must be {ParameterSchema.NameOf(parameter.Type)}");
        }
    }

    public ValueTask Finish<T>(T result)
    {
        Reply.Result(Id, result);
        return default;
    }

    public ValueTask Finish()
    {
        Reply.NullResult(Id);
        return default;
    }

    public ValueTask FinishAsync(Task task) => FinishAsync(new ValueTask(task));

    public async ValueTask FinishAsync(ValueTask task)
    {
        await task;
        Reply.NullResult(Id);
    }

    public ValueTask FinishAsync<T>(Task<T> task) => FinishAsync(new ValueTask<T>(task));

    public async ValueTask FinishAsync<T>(ValueTask<T> task) => Reply.Result(Id, await task);

    /// <summary>Sends each item to a caller that asked for them one by one; others get the list of all when it is complete.</summary>
    public async ValueTask StreamAsync<T>(IAsyncEnumerable<T> items)
    {
        var wantsStream = Delivery.Properties.Headers?.ContainsKey(CallHeaders.Stream) == true;
        var all = new List<T>();
        var count = 0L;
        await foreach (var item in items.WithCancellation(Cancelled))
        {
            if (wantsStream)
            {
                Reply.Item(Id, item, count);
                await _server.SendAsync(Delivery, Reply);
            }
            else
            {
                all.Add(item);
            }
            count++;
        }
        if (wantsStream)
            Reply.Result(Id, count);
        else
            Reply.Result(Id, all);
    }

    private static class TypeInfo<T>
    {
        public static readonly JsonTypeInfo<T> Value = (JsonTypeInfo<T>)BusJson.Options.GetTypeInfo(typeof(T));
    }
}
