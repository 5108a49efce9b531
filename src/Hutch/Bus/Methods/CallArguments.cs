using System.Text;
using System.Text.Json;

namespace Hutch.Bus.Methods;

/// <summary>Where in a request the arguments of its method stand. Used again for the next request.</summary>
internal sealed class CallArguments
{
    private (int Start, int Length)[] _places = new (int, int)[8];
    private ReadOnlyMemory<byte> _json;

    /// <summary>The text of an argument; empty if it was not given.</summary>
    public ReadOnlySpan<byte> this[int position]
    {
        get
        {
            var (start, length) = _places[position];
            return _json.Span.Slice(start, length);
        }
    }

    public void Clear() => _json = default;

    /// <summary>Finds the arguments in a request.</summary>
    /// <exception cref="WrongArgumentsException">They do not fit the method.</exception>
    public void Find(MethodEntry method, in RpcRequest request)
    {
        Begin(method, request.Json);
        if (request.Params < 0)
            return;
        var reader = new Utf8JsonReader(request.Json.Span[request.Params..], BusJson.ReaderOptions);
        if (FindWrong(method, ref reader, request.Params) is { } wrong)
            throw new WrongArgumentsException(wrong);
    }

    /// <summary>Finds the arguments where they are all that is left of a request, but for the brace at its end.</summary>
    /// <returns>False if there is anything else, or if they do not fit the method.</returns>
    /// <exception cref="JsonException">They are no JSON.</exception>
    public bool TryFindLast(MethodEntry method, ReadOnlyMemory<byte> json, int start)
    {
        var parameters = json.Span[start..];
        if (parameters is not [(byte)'{' or (byte)'[', .., (byte)'}'])
            return false;
        Begin(method, json);
        var reader = new Utf8JsonReader(parameters[..^1], BusJson.ReaderOptions);
        return FindWrong(method, ref reader, start) is null && reader.BytesConsumed == parameters.Length - 1;
    }

    private void Begin(MethodEntry method, ReadOnlyMemory<byte> json)
    {
        _json = json;
        if (_places.Length < method.Parameters.Length)
            _places = new (int, int)[method.Parameters.Length];
        Array.Clear(_places, 0, method.Parameters.Length);
    }

    /// <summary>Reads to the end of the parameters.</summary>
    /// <returns>What is wrong with them, or null.</returns>
    private string? FindWrong(MethodEntry method, ref Utf8JsonReader reader, int offset)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => FindNamed(method, ref reader, offset),
            JsonTokenType.StartArray => FindPositional(method, ref reader, offset),
            var other => $"params must be an object or an array, not {Name(other)}",
        };
    }

    private string? FindNamed(MethodEntry method, ref Utf8JsonReader reader, int offset)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            MethodParameter? parameter = null;
            foreach (var candidate in method.Parameters)
            {
                if (reader.ValueTextEquals(candidate.Utf8Name) || reader.ValueTextEquals(candidate.Utf8DotNetName))
                {
                    parameter = candidate;
                    break;
                }
            }
            if (parameter is null)
                return $"{method.Name}() has no parameter '{Encoding.UTF8.GetString(reader.ValueSpan)}'";
            reader.Read();
            Note(parameter.Position, ref reader, offset);
        }
        return null;
    }

    private string? FindPositional(MethodEntry method, ref Utf8JsonReader reader, int offset)
    {
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            if (i >= method.Parameters.Length)
                return $"{method.Name}() takes {method.Parameters.Length} parameters, more were given";
            Note(i, ref reader, offset);
        }
        return null;
    }

    private void Note(int position, ref Utf8JsonReader reader, int offset)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        _places[position] = (offset + start, (int)reader.BytesConsumed - start);
    }

    private static string Name(JsonTokenType type) => type switch
    {
        JsonTokenType.Null => "null",
        JsonTokenType.String => "text",
        JsonTokenType.Number => "a number",
        _ => "true or false",
    };
}
