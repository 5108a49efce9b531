using System.Buffers.Binary;
using System.Text.Json;

namespace Hutch.LiveResults;

/// <summary>
/// A result as a file: the eight bytes <c>HUTCHRES</c>, the length of the header (u32), the header (JSON: the result without its numbers,
/// arrays by type and shape), then the arrays one after the other in the order of the header.
/// </summary>
public static class ResultFile
{
    private static readonly byte[] Magic = "HUTCHRES"u8.ToArray();

    /// <summary>Writes a result in such a way that a reader finds the old file or the new one, never a part.</summary>
    public static void Write(string path, ResultSet result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var arrays = result.Items.SelectMany(i => i.X is null ? [i.Values] : new[] { i.Values, i.X }).ToList();
        var header = JsonSerializer.SerializeToUtf8Bytes(result, ResultJson.Options);
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        using (var file = File.Create(temporary))
        {
            Span<byte> length = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
            file.Write(Magic);
            file.Write(length);
            file.Write(header);
            foreach (var array in arrays)
                file.Write(array.Data);
        }
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads a result; null if there is none.</summary>
    /// <exception cref="InvalidDataException">The file is not a result.</exception>
    public static ResultSet? TryRead(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        if (bytes.Length < 12 || !bytes.AsSpan(0, 8).SequenceEqual(Magic))
            throw new InvalidDataException($"{path} is not a reduction result");
        var at = 12 + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        var header = JsonSerializer.Deserialize<ResultSet>(bytes.AsSpan(12..at), ResultJson.Options)!;
        NumpyArray Fill(NumpyArray array)
        {
            var count = NumpyType.Size(array.Type) * array.Shape.Aggregate(1L, (product, n) => product * n);
            var filled = array with { Data = bytes[at..(at + (int)count)] };
            at += (int)count;
            return filled;
        }
        var items = new List<ResultItem>();
        foreach (var item in header.Items)
            items.Add(item with { Values = Fill(item.Values), X = item.X is null ? null : Fill(item.X) });
        return header with { Items = items };
    }
}
