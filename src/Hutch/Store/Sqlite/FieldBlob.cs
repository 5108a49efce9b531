namespace Hutch.Store.Sqlite;

/// <summary>
/// The fields of a stream entry as one blob: their number, then each name and value, every one with its length before
/// it; numbers as 7-bit groups, lowest first (the form of <see cref="BinaryWriter.Write7BitEncodedInt"/>).
/// </summary>
internal static class FieldBlob
{
    public static byte[] Write(IReadOnlyCollection<StoreField> fields)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write7BitEncodedInt(fields.Count);
        foreach (var field in fields)
        {
            writer.Write(field.Name);
            writer.Write7BitEncodedInt(field.Value.Length);
            writer.Write(field.Value);
        }
        writer.Flush();
        return stream.ToArray();
    }

    public static StoreField[] Read(byte[] blob)
    {
        using var reader = new BinaryReader(new MemoryStream(blob));
        var fields = new StoreField[reader.Read7BitEncodedInt()];
        for (var i = 0; i < fields.Length; i++)
            fields[i] = new StoreField(reader.ReadString(), reader.ReadBytes(reader.Read7BitEncodedInt()));
        return fields;
    }
}
