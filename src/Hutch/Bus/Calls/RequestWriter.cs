using System.Buffers;
using System.Text.Json;
using Hutch.Bus.Methods;

namespace Hutch.Bus.Calls;

/// <summary>Writes requests into memory that is used again.</summary>
#pragma warning disable CA1001 // The JSON writer holds managed memory only, for as long as this object lives.
internal sealed class RequestWriter
#pragma warning restore CA1001
{
    [ThreadStatic]
    private static RequestWriter? _spare;

    private readonly ArrayBufferWriter<byte> _buffer = new(256);
    private readonly Utf8JsonWriter _json;
    private bool _open;

    private RequestWriter() => _json = new Utf8JsonWriter(_buffer, BusJson.WriterOptions);

    /// <summary>The number of the call, by which the answer is known; empty for a notification.</summary>
    public Guid Id { get; private set; }

    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public static RequestWriter Rent()
    {
        var writer = _spare ?? new RequestWriter();
        _spare = null;
        return writer;
    }

    public void Return()
    {
        // A large request must not keep its memory for ever.
        if (_buffer.Capacity < 1 << 20)
            _spare = this;
    }

    public void BeginCall(JsonEncodedText method)
    {
        Id = CallId.Next();
        _buffer.ResetWrittenCount();
        _buffer.Write(UsualForm.BeforeId);
        Id.TryFormat(_buffer.GetSpan(36), out var written);
        _buffer.Advance(written);
        _buffer.Write(UsualForm.BeforeMethod);
        Method(method);
    }

    public void BeginNotification(JsonEncodedText method)
    {
        Id = Guid.Empty;
        _buffer.ResetWrittenCount();
        _buffer.Write("{\"jsonrpc\": \"2.0\", \"method\": \""u8);
        Method(method);
    }

    /// <summary>A name as it stands before the value of a parameter.</summary>
    public static byte[] Encode(string name) => [(byte)'"', .. CallNames.Encode(name).EncodedUtf8Bytes, .. "\": "u8];

    /// <summary>Adds a named parameter; parameters come in a row, and <see cref="End"/> follows.</summary>
    /// <param name="name">From <see cref="Encode"/>.</param>
    /// <param name="value">What can be written as JSON.</param>
    public void Argument<T>(byte[] name, T value)
    {
        _buffer.Write(_open ? ", "u8 : "{"u8);
        _open = true;
        _buffer.Write(name);
        BusJson.Write(_buffer, _json, value);
    }

    public void End() => _buffer.Write(_open ? "}}"u8 : "{}}"u8);

    /// <summary>Writes all parameters: an object's members, a list, or none.</summary>
    public void Parameters(object? parameters)
    {
        if (parameters is null)
        {
            End();
            return;
        }
        _json.Reset(_buffer);
        JsonSerializer.Serialize(_json, parameters, parameters.GetType(), BusJson.Options);
        _json.Flush();
        _buffer.Write("}"u8);
    }

    private void Method(JsonEncodedText method)
    {
        _buffer.Write(method.EncodedUtf8Bytes);
        _buffer.Write(UsualForm.BeforeParams);
        _open = false;
    }
}
