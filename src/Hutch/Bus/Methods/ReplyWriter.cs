using System.Buffers;
using System.Text.Json;

namespace Hutch.Bus.Methods;

/// <summary>Writes replies into memory that is used again.</summary>
#pragma warning disable CA1001 // The JSON writer holds managed memory only, for as long as this object lives.
internal sealed class ReplyWriter
#pragma warning restore CA1001
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);
    private readonly Utf8JsonWriter _json;

    public ReplyWriter() => _json = new Utf8JsonWriter(_buffer, BusJson.WriterOptions);

    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    /// <summary>Whether a reply was written since <see cref="Clear"/>.</summary>
    public bool IsWritten => _buffer.WrittenCount > 0;

    public void Clear()
    {
        // A large reply must not keep its memory for ever.
        if (_buffer.Capacity > 1 << 20)
            _buffer.Clear();
        else
            _buffer.ResetWrittenCount();
    }

    public void Result<T>(ReadOnlyMemory<byte> id, T result)
    {
        Begin(id);
        _buffer.Write(", \"result\": "u8);
        Value(result);
        _buffer.Write("}"u8);
    }

    public void NullResult(ReadOnlyMemory<byte> id)
    {
        Begin(id);
        _buffer.Write(", \"result\": null}"u8);
    }

    /// <summary>One item of a stream: no reply yet, and for those only who asked for a stream.</summary>
    public void Item<T>(ReadOnlyMemory<byte> id, T item, long index)
    {
        Begin(id);
        _buffer.Write(", \"item\": "u8);
        Value(item);
        _buffer.Write(", \"index\": "u8);
        Value(index);
        _buffer.Write("}"u8);
    }

    public void Error(ReadOnlyMemory<byte> id, int code, string message, JsonElement data)
    {
        Begin(id);
        _buffer.Write(", \"error\": "u8);
        _json.Reset(_buffer);
        _json.WriteStartObject();
        _json.WriteNumber("code"u8, code);
        _json.WriteString("message"u8, message);
        if (data.ValueKind != JsonValueKind.Undefined)
        {
            _json.WritePropertyName("data"u8);
            data.WriteTo(_json);
        }
        _json.WriteEndObject();
        _json.Flush();
        _buffer.Write("}"u8);
    }

    private void Begin(ReadOnlyMemory<byte> id)
    {
        Clear();
        _buffer.Write("{\"jsonrpc\": \"2.0\", \"id\": "u8);
        _buffer.Write(id.Span);
    }

    private void Value<T>(T value) => BusJson.Write(_buffer, _json, value);
}
