using System.Text.Json;

namespace Hutch.Bus.Methods;

/// <summary>A JSON-RPC request, taken apart but not yet understood: where in the text its members stand.</summary>
internal struct RpcRequest
{
    private static ReadOnlySpan<byte> MissingId => "-1"u8;

    /// <summary>The text the positions refer to.</summary>
    public ReadOnlyMemory<byte> Json;

    /// <summary>The id as it stands in the text; -1 if there is none.</summary>
    public ReadOnlyMemory<byte> Id;

    /// <summary>The method's name, or null.</summary>
    public string? Method;

    /// <summary>Where the parameters begin, or -1 when there are none.</summary>
    public int Params;

    /// <summary>The method, where its arguments were found while the request was read.</summary>
    public MethodEntry? Found;

    public static ReadOnlyMemory<byte> NoId { get; } = MissingId.ToArray();

    /// <summary>Reads a body: a JSON object, or a JSON text that holds one.</summary>
    /// <param name="body">The body, in UTF-8.</param>
    /// <param name="methods">The methods that are likely to be meant.</param>
    /// <param name="arguments">Where the arguments are noted if <see cref="Found"/> is set.</param>
    /// <param name="request">What was read.</param>
    /// <returns>False if the body is JSON and no object.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static bool TryRead(ReadOnlyMemory<byte> body, MethodTable methods, CallArguments arguments, out RpcRequest request)
    {
        try
        {
            return TryReadUsual(body, methods, arguments, out request) || TryReadStrict(body, methods, out request);
        }
        catch (JsonException)
        {
            var repaired = PythonJson.Repair(body);
            if (repaired.Equals(body))
                throw;
            return TryReadStrict(repaired, methods, out request);
        }
        catch (InvalidOperationException error)
        {
            // Text that is no UTF-8, or half a surrogate pair.
            throw new JsonException(error.Message, error);
        }
    }

    /// <summary>Reads a request as nearly everybody writes it without a search for its members; any other is left to <see cref="TryReadStrict"/>.</summary>
    private static bool TryReadUsual(ReadOnlyMemory<byte> body, MethodTable methods, CallArguments arguments, out RpcRequest request)
    {
        request = new RpcRequest { Json = body, Id = NoId, Params = -1 };
        if (!UsualForm.TryFindId(body.Span, out var id))
            return false;
        var rest = body.Span[id.End..];
        if (!rest.StartsWith(UsualForm.BeforeMethod))
            return false;
        rest = rest[UsualForm.BeforeMethod.Length..];
        var name = rest.IndexOf((byte)'"');
        if (name < 0 || methods.Find(rest[..name]) is not { } method || !rest[name..].StartsWith(UsualForm.BeforeParams))
            return false;
        var start = body.Length - rest.Length + name + UsualForm.BeforeParams.Length;
        if (!arguments.TryFindLast(method, body, start))
            return false;
        (request.Id, request.Method, request.Params, request.Found) = (body[(id.Start.Value - 1)..(id.End.Value + 1)], method.Name, start, method);
        return true;
    }

    private static bool TryReadStrict(ReadOnlyMemory<byte> body, MethodTable methods, out RpcRequest request)
    {
        request = new RpcRequest { Json = body, Id = NoId, Params = -1 };
        var reader = new Utf8JsonReader(body.Span, BusJson.ReaderOptions);
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            // Text that holds JSON: the deployed services parse it again, once.
            var inner = System.Text.Encoding.UTF8.GetBytes(reader.GetString()!);
            EndOf(ref reader);
            reader = new Utf8JsonReader(inner, BusJson.ReaderOptions);
            reader.Read();
            request.Json = inner;
        }
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            EndOf(ref reader);
            return false;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            ReadMember(ref reader, ref request, methods);
        EndOf(ref reader);
        return true;
    }

    private static void ReadMember(ref Utf8JsonReader reader, ref RpcRequest request, MethodTable methods)
    {
        if (reader.ValueTextEquals("method"u8))
        {
            reader.Read();
            request.Method = reader.TokenType == JsonTokenType.String ? methods.NameOf(ref reader) : null;
        }
        else if (reader.ValueTextEquals("params"u8))
        {
            reader.Read();
            request.Params = (int)reader.TokenStartIndex;
        }
        else if (reader.ValueTextEquals("id"u8))
        {
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            request.Id = request.Json[start..(int)reader.BytesConsumed];
            return;
        }
        else
        {
            reader.Read();
        }
        reader.Skip();
    }

    // Anything but white space behind the value is an error.
    private static void EndOf(ref Utf8JsonReader reader) => reader.Read();
}
