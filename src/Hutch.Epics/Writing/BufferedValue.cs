using System.Buffers.Binary;
using System.Globalization;
using Hutch.Epics.Buffering;
using Hutch.Store;

namespace Hutch.Epics.Writing;

/// <summary>An entry of a PV in the buffer, see <see cref="BufferRecord"/>.</summary>
/// <param name="Time">Its time stamp, microseconds since 1970.</param>
/// <param name="Connected">False: the event that the PV is not connected, which has no value.</param>
/// <param name="Type">The type's name: <c>string</c>, or numpy's kind and size.</param>
/// <param name="Shape">The dimensions.</param>
/// <param name="Value">The value's bytes.</param>
/// <param name="Status">The alarm status.</param>
/// <param name="PulseId">The pulse that it belongs to; 0 for none.</param>
internal sealed record BufferedValue(ulong Time, bool Connected, string Type, IReadOnlyList<uint> Shape, byte[] Value, string Status, ulong PulseId)
{
    /// <summary>Reads an entry.</summary>
    /// <exception cref="UserErrorException">It is none of a buffer.</exception>
    public static BufferedValue Read(string pv, StreamEntry entry)
    {
        UserErrorException Wrong(string what) => new($"PV {pv}: entry {entry.Id} of the buffer {what}");
        if (!ulong.TryParse(entry.Text("id"), NumberStyles.None, CultureInfo.InvariantCulture, out var time))
            throw Wrong($"has the id '{entry.Text("id")}', which is not a time in microseconds");
        var shape = entry["shape"] ?? [];
        if (shape.Length % sizeof(uint) != 0)
            throw Wrong($"has a shape of {shape.Length} bytes");
        var dimensions = new uint[shape.Length / sizeof(uint)];
        for (var i = 0; i < dimensions.Length; i++)
            dimensions[i] = BinaryPrimitives.ReadUInt32LittleEndian(shape.AsSpan(i * sizeof(uint)));
        return new BufferedValue(time, entry.Text("connected") == "1", entry.Text("type") ?? "", dimensions, entry["value"] ?? [], entry.Text("status") ?? "", 0);
    }

    /// <summary>The number of elements.</summary>
    public long Elements => Shape.Aggregate(1L, (n, d) => n * d);

    /// <summary>Whether another goes into the same dataset.</summary>
    public bool Fits(BufferedValue other) => other.Type == Type && other.Shape.SequenceEqual(Shape);
}
