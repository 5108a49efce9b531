using System.Text;

namespace Hutch.Bus.Transports.Redis;

/// <summary>A reply in the Redis serialization protocol, version 2.</summary>
internal readonly struct RespReply
{
    private RespReply(RespKind kind, long integer, byte[]? bytes, RespReply[]? items)
    {
        Kind = kind;
        Integer = integer;
        Bytes = bytes;
        Items = items;
    }

    public static RespReply Nil { get; } = new(RespKind.Nil, 0, null, null);

    public RespKind Kind { get; }

    public long Integer { get; }

    /// <summary>The bytes of a bulk or simple string, or of an error's message.</summary>
    public byte[]? Bytes { get; }

    public RespReply[]? Items { get; }

    public string Text => Bytes is null ? "" : Encoding.UTF8.GetString(Bytes);

    public static RespReply Of(long integer) => new(RespKind.Integer, integer, null, null);

    public static RespReply Of(byte[] bytes) => new(RespKind.Bulk, 0, bytes, null);

    public static RespReply Of(RespReply[] items) => new(RespKind.Array, 0, null, items);

    public static RespReply Error(byte[] message) => new(RespKind.Error, 0, message, null);

    /// <summary>The reply itself, or the error it stands for.</summary>
    public RespReply Checked() => Kind == RespKind.Error ? throw new RespException(Text) : this;
}
