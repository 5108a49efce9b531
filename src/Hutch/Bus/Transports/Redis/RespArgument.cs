using System.Globalization;

namespace Hutch.Bus.Transports.Redis;

/// <summary>One word of a command: text or bytes.</summary>
internal readonly struct RespArgument
{
    private RespArgument(string? text, ReadOnlyMemory<byte> bytes)
    {
        Text = text;
        Bytes = bytes;
    }

    public string? Text { get; }

    public ReadOnlyMemory<byte> Bytes { get; }

    public static implicit operator RespArgument(string text) => new(text, default);

    public static implicit operator RespArgument(byte[] bytes) => new(null, bytes);

    public static implicit operator RespArgument(ReadOnlyMemory<byte> bytes) => new(null, bytes);

    public static implicit operator RespArgument(long number) => new(number.ToString(CultureInfo.InvariantCulture), default);

    public static implicit operator RespArgument(double number) => new(number.ToString("R", CultureInfo.InvariantCulture), default);
}
