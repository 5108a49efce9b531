using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Hutch.Bus.Methods;

/// <summary>One call in hand: its arguments, and the reply in the making. Used again for the next call.</summary>
internal sealed class MethodCall
{
    [ThreadStatic]
    private static MethodCall? _spare;

    private BusServer _server = null!;
    private ReadOnlyMemory<byte> _json;
    private MethodEntry _method = null!;
    private (int Start, int Length)[] _arguments = new (int, int)[8];
    private BusMessage? _message;

    public ReplyWriter Reply { get; } = new();

    public IBus Bus => _server.Bus;

    /// <summary>Where the call came from; made when a method asks for it.</summary>
    public BusMessage Message => _message ??= new BusMessage(_server, Request, _method.Name);

    public CancellationToken Cancelled => Request.Cancelled;

    public CallInHand Request { get; private set; } = null!;

    public static MethodCall Rent(BusServer server)
    {
        var call = _spare ?? new MethodCall();
        _spare = null;
        call._server = server;
        return call;
    }

    public void Return()
    {
        Reply.Clear();
        (_server, _method, _message, Request, _json) = (null!, null!, null, null!, default);
        _spare = this;
    }

    /// <summary>Finds the arguments in the request.</summary>
    /// <exception cref="WrongArgumentsException">They do not fit the method.</exception>
    public void Begin(MethodEntry method, in RpcRequest request, CallInHand inHand)
    {
        (_json, _method, _message, Request) = (request.Json, method, null, inHand);
        var parameters = method.Parameters;
        if (_arguments.Length < parameters.Length)
            _arguments = new (int, int)[parameters.Length];
        Array.Clear(_arguments, 0, parameters.Length);
        if (request.Params < 0)
            return;
        var reader = new Utf8JsonReader(request.Json.Span[request.Params..], BusJson.ReaderOptions);
        reader.Read();
        switch (request.ParamsType)
        {
            case JsonTokenType.StartObject:
                FindNamed(ref reader, request.Params);
                break;
            case JsonTokenType.StartArray:
                FindPositional(ref reader, request.Params);
                break;
            default:
                throw new WrongArgumentsException($"params must be an object or an array, not {Name(request.ParamsType)}");
        }
    }

    /// <summary>An argument, or the default of a parameter that was not given.</summary>
    public T Read<T>(MethodParameter parameter, T fallback)
    {
        var (start, length) = _arguments[parameter.Position];
        if (length == 0)
        {
            if (!parameter.HasDefault)
                throw new WrongArgumentsException($"{_method.Name}() needs parameter '{parameter.Name}'");
            return fallback;
        }
        try
        {
            var reader = new Utf8JsonReader(_json.Span.Slice(start, length), BusJson.ReaderOptions);
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null && !parameter.Nullable)
                throw new JsonException("null");
            if (typeof(T) == typeof(int) && reader.TokenType == JsonTokenType.Number)
                return reader.TryGetInt32(out var whole) ? (T)(object)whole : throw new JsonException("no whole number, or too large");
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
        Reply.Result(Request.Id, result);
        return default;
    }

    public ValueTask Finish()
    {
        Reply.NullResult(Request.Id);
        return default;
    }

    public ValueTask FinishAsync(Task task) => FinishAsync(new ValueTask(task));

    public async ValueTask FinishAsync(ValueTask task)
    {
        await task;
        Reply.NullResult(Request.Id);
    }

    public ValueTask FinishAsync<T>(Task<T> task) => FinishAsync(new ValueTask<T>(task));

    public async ValueTask FinishAsync<T>(ValueTask<T> task) => Reply.Result(Request.Id, await task);

    /// <summary>Sends each item to a caller that asked for them one by one; others get the list of all when it is complete.</summary>
    public async ValueTask StreamAsync<T>(IAsyncEnumerable<T> items)
    {
        var all = new List<T>();
        var count = 0L;
        await foreach (var item in items.WithCancellation(Cancelled))
        {
            if (Request.WantsStream)
            {
                Reply.Item(Request.Id, item, count);
                await _server.SendAsync(Request, Reply);
            }
            else
            {
                all.Add(item);
            }
            count++;
        }
        if (Request.WantsStream)
            Reply.Result(Request.Id, count);
        else
            Reply.Result(Request.Id, all);
    }

    private void FindNamed(ref Utf8JsonReader reader, int offset)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            MethodParameter? parameter = null;
            foreach (var candidate in _method.Parameters)
            {
                if (reader.ValueTextEquals(candidate.Utf8Name) || reader.ValueTextEquals(candidate.Utf8DotNetName))
                {
                    parameter = candidate;
                    break;
                }
            }
            if (parameter is null)
                throw new WrongArgumentsException($"{_method.Name}() has no parameter '{reader.GetString()}'");
            reader.Read();
            Note(parameter.Position, ref reader, offset);
        }
    }

    private void FindPositional(ref Utf8JsonReader reader, int offset)
    {
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            if (i >= _method.Parameters.Length)
                throw new WrongArgumentsException($"{_method.Name}() takes {_method.Parameters.Length} parameters, more were given");
            Note(i, ref reader, offset);
        }
    }

    private void Note(int position, ref Utf8JsonReader reader, int offset)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        _arguments[position] = (offset + start, (int)reader.BytesConsumed - start);
    }

    private static string Name(JsonTokenType type) => type switch
    {
        JsonTokenType.Null => "null",
        JsonTokenType.String => "text",
        JsonTokenType.Number => "a number",
        _ => "true or false",
    };

    private static class TypeInfo<T>
    {
        public static readonly JsonTypeInfo<T> Value = (JsonTypeInfo<T>)BusJson.Options.GetTypeInfo(typeof(T));
    }
}
