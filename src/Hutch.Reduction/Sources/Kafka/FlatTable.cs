using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Hutch.Reduction.Sources.Kafka;

/// <summary>
/// A table of a FlatBuffers message (format: flatbuffers.dev, "internals"), read where it lies. Every offset is checked against the message;
/// what is wrong reads as missing and is noted in <see cref="IsSound"/>. Vectors are spans over the message: nothing is copied or allocated.
/// </summary>
internal ref struct FlatTable
{
    private readonly ReadOnlySpan<byte> _message;
    private readonly int _table;
    private readonly int _tableBytes;
    private readonly ReadOnlySpan<byte> _slots;

    private FlatTable(ReadOnlySpan<byte> message, long table)
    {
        _message = message;
        if (table < 0 || table + 4 > message.Length)
            return;
        var vtable = table - BinaryPrimitives.ReadInt32LittleEndian(message[(int)table..]);
        if (vtable < 0 || vtable + 4 > message.Length)
            return;
        var bytes = BinaryPrimitives.ReadUInt16LittleEndian(message[(int)vtable..]);
        var length = BinaryPrimitives.ReadUInt16LittleEndian(message[((int)vtable + 2)..]);
        if (bytes < 4 || vtable + bytes > message.Length || length < 4 || table + length > message.Length)
            return;
        (_table, _tableBytes, IsSound) = ((int)table, length, true);
        _slots = message[((int)vtable + 4)..((int)vtable + bytes)];
    }

    /// <summary>Whether everything read so far was inside the message.</summary>
    public bool IsSound { get; private set; }

    /// <summary>The four characters that name the schema; empty if the message is too short.</summary>
    public static ReadOnlySpan<byte> SchemaOf(ReadOnlySpan<byte> message) => message.Length < 8 ? [] : message[4..8];

    /// <summary>The table that a message consists of.</summary>
    public static FlatTable Root(ReadOnlySpan<byte> message) => new(message, message.Length < 8 ? -1 : BinaryPrimitives.ReadUInt32LittleEndian(message));

    /// <summary>Whether a field is there.</summary>
    public bool Has(int id) => Place(id, 1) != 0;

    /// <summary>A number, or what the schema says for one that was left out.</summary>
    public T Scalar<T>(int id, T missing = default)
        where T : unmanaged
    {
        var at = Place(id, Unsafe.SizeOf<T>());
        return at == 0 ? missing : MemoryMarshal.Read<T>(_message[at..]);
    }

    /// <summary>A vector of numbers; empty if it was left out.</summary>
    public ReadOnlySpan<T> Vector<T>(int id)
        where T : unmanaged
    {
        var at = Target(id);
        if (at == 0)
            return [];
        var count = at + 4 <= _message.Length ? BinaryPrimitives.ReadUInt32LittleEndian(_message[at..]) : uint.MaxValue;
        var bytes = count * (long)Unsafe.SizeOf<T>();
        if (at + 4 + bytes <= _message.Length)
            return MemoryMarshal.Cast<byte, T>(_message.Slice(at + 4, (int)bytes));
        IsSound = false;
        return [];
    }

    /// <summary>A text; empty if it was left out.</summary>
    public string Text(int id) => Encoding.UTF8.GetString(Vector<byte>(id));

    /// <summary>A table; one that was left out is not sound.</summary>
    public FlatTable Table(int id) => new(_message, Target(id) is > 0 and var at ? at : -1);

    private int Target(int id)
    {
        var at = Place(id, 4);
        if (at == 0)
            return 0;
        var target = at + (long)BinaryPrimitives.ReadUInt32LittleEndian(_message[at..]);
        if (target < _message.Length)
            return (int)target;
        IsSound = false;
        return 0;
    }

    private int Place(int id, int bytes)
    {
        if ((id * 2) + 2 > _slots.Length)
            return 0;
        var offset = BinaryPrimitives.ReadUInt16LittleEndian(_slots[(id * 2)..]);
        if (offset == 0)
            return 0;
        if (offset >= 4 && offset + bytes <= _tableBytes)
            return _table + offset;
        IsSound = false;
        return 0;
    }
}
