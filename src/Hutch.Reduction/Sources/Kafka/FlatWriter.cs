using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Hutch.Reduction.Sources.Kafka;

/// <summary>Writes FlatBuffers messages, front to back: vtable, table, then what the table points to.</summary>
internal sealed class FlatWriter
{
    private readonly SortedDictionary<int, Field> _fields = [];

    public FlatWriter Scalar<T>(int id, T value)
        where T : unmanaged
    {
        _fields[id] = new Field(Bytes<T>([value]), 0, null);
        return this;
    }

    public FlatWriter Vector<T>(int id, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        _fields[id] = new Field(Bytes(values), Unsafe.SizeOf<T>(), null);
        return this;
    }

    public FlatWriter Text(int id, string text)
    {
        // Behind a text there is a zero, which its length does not count.
        _fields[id] = new Field(Encoding.UTF8.GetBytes(text), 1, null) { IsText = true };
        return this;
    }

    public FlatWriter Table(int id, FlatWriter table)
    {
        _fields[id] = new Field([], 0, table);
        return this;
    }

    /// <summary>The message.</summary>
    /// <param name="schema">Four characters.</param>
    public byte[] ToMessage(string schema)
    {
        using var to = new MemoryStream();
        to.Write(new byte[4]);
        to.Write(Encoding.ASCII.GetBytes(schema));
        Patch(to, 0, WriteTable(to));
        return to.ToArray();
    }

    private int WriteTable(MemoryStream to)
    {
        // The table begins on eight bytes; behind the offset of its vtable stand the fields, the widest first.
        var offsets = new Dictionary<int, int>();
        var length = 4;
        foreach (var (id, field) in _fields.OrderByDescending(f => f.Value.InlineBytes))
        {
            length = Rounded(length, field.InlineBytes);
            offsets[id] = length;
            length += field.InlineBytes;
        }
        Pad(to, 2);
        var vtable = (int)to.Position;
        var slots = _fields.Count == 0 ? 0 : _fields.Keys.Max() + 1;
        to.Write(Bytes<ushort>([(ushort)(4 + (slots * 2)), (ushort)length, .. Enumerable.Range(0, slots).Select(i => (ushort)offsets.GetValueOrDefault(i))]));
        Pad(to, 8);
        var table = (int)to.Position;
        to.Write(new byte[length]);
        Patch(to, table, table - vtable);
        foreach (var (id, field) in _fields)
        {
            var place = table + offsets[id];
            if (field.Nested is null && field.ElementBytes == 0)
                Overwrite(to, place, field.Data);
            else
                Patch(to, place, (field.Nested is { } nested ? nested.WriteTable(to) : WriteVector(to, field)) - place);
        }
        return table;
    }

    private static int WriteVector(MemoryStream to, Field field)
    {
        Pad(to, 4);
        while ((to.Position + 4) % field.ElementBytes != 0)
            to.WriteByte(0);
        var at = (int)to.Position;
        to.Write(Bytes<int>([field.Data.Length / field.ElementBytes]));
        to.Write(field.Data);
        if (field.IsText)
            to.WriteByte(0);
        return at;
    }

    private static void Patch(MemoryStream to, int at, int value) => Overwrite(to, at, Bytes<int>([value]));

    private static void Overwrite(MemoryStream to, int at, byte[] bytes)
    {
        to.Position = at;
        to.Write(bytes);
        to.Position = to.Length;
    }

    private static void Pad(MemoryStream to, int alignment) => to.Write(new byte[Rounded((int)to.Position, alignment) - (int)to.Position]);

    private static int Rounded(int value, int alignment) => (value + alignment - 1) / alignment * alignment;

    private static byte[] Bytes<T>(ReadOnlySpan<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values).ToArray();

    private sealed record Field(byte[] Data, int ElementBytes, FlatWriter? Nested)
    {
        public bool IsText { get; init; }

        public int InlineBytes => Nested is null && ElementBytes == 0 ? Data.Length : 4;
    }
}
