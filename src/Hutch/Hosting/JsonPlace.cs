using System.Text;
using System.Text.Json;

namespace Hutch.Hosting;

/// <summary>Where something stands in a JSON text, as an editor counts: lines and characters, from 1. The parser counts bytes.</summary>
internal static class JsonPlace
{
    /// <summary>The column of a byte.</summary>
    /// <param name="line">The bytes of its line before it.</param>
    public static int Column(ReadOnlySpan<byte> line) => Encoding.UTF8.GetCharCount(line) + 1;

    /// <summary>The place at which a text stops being JSON.</summary>
    public static (int Line, int Column) Of(JsonException error, ReadOnlySpan<byte> text)
    {
        var rest = text;
        for (var line = 0; line < error.LineNumber; line++)
            rest = rest[(rest.IndexOf((byte)'\n') + 1)..];
        return ((int)(error.LineNumber ?? 0) + 1, Column(rest[..(int)Math.Min(error.BytePositionInLine ?? 0, rest.Length)]));
    }

    /// <summary>What is wrong there, without the place that the parser appends.</summary>
    public static string Reason(JsonException error) => error.Message.Split(" LineNumber:")[0];
}
