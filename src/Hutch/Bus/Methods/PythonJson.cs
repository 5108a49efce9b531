using System.Buffers;

namespace Hutch.Bus.Methods;

/// <summary>
/// JSON as Python writes it: <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> stand as bare words, which no JSON parser
/// but Python's takes.
/// </summary>
internal static class PythonJson
{
    /// <summary>The text with the bare words put into quotes, or the same memory when there is none.</summary>
    public static ReadOnlyMemory<byte> Repair(ReadOnlyMemory<byte> json)
    {
        if (json.Span.IndexOf("NaN"u8) < 0 && json.Span.IndexOf("Infinity"u8) < 0)
            return json;
        var repaired = new ArrayBufferWriter<byte>(json.Length + 64);
        var rest = json.Span;
        var changed = false;
        while (!rest.IsEmpty)
        {
            var word = WordAt(rest);
            if (word > 0)
            {
                repaired.Write("\""u8);
                repaired.Write(rest[..word]);
                repaired.Write("\""u8);
                rest = rest[word..];
                changed = true;
                continue;
            }
            var length = rest[0] == (byte)'"' ? StringLength(rest) : 1;
            repaired.Write(rest[..length]);
            rest = rest[length..];
        }
        return changed ? repaired.WrittenMemory : json;
    }

    public static double? Word(string? text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => null,
    };

    public static ReadOnlySpan<byte> Word(double value) =>
        double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8;

    private static int WordAt(ReadOnlySpan<byte> text) =>
        text.StartsWith("NaN"u8) ? 3 : text.StartsWith("Infinity"u8) ? 8 : text.StartsWith("-Infinity"u8) ? 9 : 0;

    private static int StringLength(ReadOnlySpan<byte> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == (byte)'\\')
                i++;
            else if (text[i] == (byte)'"')
                return i + 1;
        }
        return text.Length;
    }
}
