using System.Buffers;
using System.Text.Json;

namespace Hutch.Bus.Methods;

/// <summary>
/// JSON-RPC as this bus and the deployed Python programs write it: members in this order, a blank after each comma and colon, a UUID for
/// an id. What has this form need not be searched for its members.
/// </summary>
internal static class UsualForm
{
    private const int IdLength = 36;

    private static readonly SearchValues<byte> IdCharacters = SearchValues.Create("0123456789abcdefABCDEF-"u8);

    public static ReadOnlySpan<byte> BeforeId => "{\"jsonrpc\": \"2.0\", \"id\": \""u8;

    public static ReadOnlySpan<byte> BeforeMethod => "\", \"method\": \""u8;

    public static ReadOnlySpan<byte> BeforeParams => "\", \"params\": "u8;

    public static ReadOnlySpan<byte> BeforeResult => "\", \"result\": "u8;

    /// <summary>Finds the id.</summary>
    /// <param name="json">The whole message.</param>
    /// <param name="id">Where the text of the id is, within its quotation marks.</param>
    /// <returns>False if the message has another form.</returns>
    public static bool TryFindId(ReadOnlySpan<byte> json, out Range id)
    {
        var end = BeforeId.Length + IdLength;
        id = BeforeId.Length..end;
        return json.Length > end && json.StartsWith(BeforeId) && !json[id].ContainsAnyExcept(IdCharacters);
    }

    /// <summary>Whether this is one value and the end of the object that it is in.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static bool IsLastValue(ReadOnlySpan<byte> rest)
    {
        if (rest is not [.., (byte)'}'])
            return false;
        var value = rest[..^1];
        if (value.Length is > 0 and < 10 && value[0] != '0' && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return true;   // the commonest value
        var reader = new Utf8JsonReader(value, BusJson.ReaderOptions);
        if (!reader.Read())
            return false;
        reader.Skip();
        return reader.BytesConsumed == value.Length;
    }
}
