using System.Text;
using Hutch.Epics.ChannelAccess;
using Hutch.Native.Hdf5;

namespace Hutch.Epics.Writing;

/// <summary>
/// The values of a PV in an HDF5 file, as std-daq has them: a group with <c>data</c> [n, shape...] and <c>timestamp</c>, <c>connected</c>,
/// <c>status</c>, <c>pulse_id</c> [n, 1].
/// </summary>
internal static class PvDatasets
{
    private static readonly Dictionary<string, Hdf5Type> Types = new()
    {
        ["i1"] = Hdf5Type.Int8, ["i2"] = Hdf5Type.Int16, ["i4"] = Hdf5Type.Int32, ["i8"] = Hdf5Type.Int64,
        ["u1"] = Hdf5Type.UInt8, ["u2"] = Hdf5Type.UInt16, ["u4"] = Hdf5Type.UInt32, ["u8"] = Hdf5Type.UInt64,
        ["f4"] = Hdf5Type.Float32, ["f8"] = Hdf5Type.Float64,
    };

    /// <summary>Writes a PV.</summary>
    /// <returns>How many datasets its values needed: one for each type and shape in a row; 0 if it has no value, and then no group.</returns>
    public static int Write(Hdf5Group parent, string name, IReadOnlyList<BufferedValue> values)
    {
        if (!values.Any(v => v.Connected))
            return 0;
        using var group = parent.CreateGroup(name);
        var segments = Segments(values);
        for (var i = 0; i < segments.Count; i++)
            WriteData(name, group, i == 0 ? "data" : $"data_{i}", segments[i].First, segments[i].Values);
        Column(group, "timestamp", Hdf5Type.UInt64, [.. values.Select(v => v.Time)]);
        Column(group, "connected", Hdf5Type.UInt8, [.. values.Select(v => (byte)(v.Connected ? 1 : 0))]);
        Column(group, "pulse_id", Hdf5Type.UInt64, [.. values.Select(v => v.PulseId)]);
        using var status = group.CreateFixedDataset("status", Hdf5Type.VariableText, (ulong)values.Count, 1);
        status.WriteTexts([.. values.Select(v => v.Connected ? v.Status : "unknown")]);
        group.SetAttribute("disconnected", (long)values.Count(v => !v.Connected));
        return segments.Count;
    }

    /// <summary>How many datasets values need.</summary>
    public static int Count(IReadOnlyList<BufferedValue> values) => values.Any(v => v.Connected) ? Segments(values).Count : 0;

    // A PV that had another type or shape after a while has a dataset for each stretch. What is not connected belongs to the stretch before.
    private static List<(int First, List<BufferedValue> Values)> Segments(IReadOnlyList<BufferedValue> values)
    {
        var segments = new List<(int First, List<BufferedValue> Values)> { (0, []) };
        BufferedValue? kind = null;
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i].Connected && kind is not null && !kind.Fits(values[i]))
                segments.Add((i, []));
            if (values[i].Connected)
                kind = values[i];
            segments[^1].Values.Add(values[i]);
        }
        return segments;
    }

    private static void WriteData(string pv, Hdf5Group group, string name, int first, List<BufferedValue> values)
    {
        var kind = values.First(v => v.Connected);
        ulong[] shape = [(ulong)values.Count, .. kind.Shape.Select(d => (ulong)d)];
        if (kind.Type == "string")
        {
            using var texts = group.CreateFixedDataset(name, Hdf5Type.VariableText, shape);
            texts.WriteTexts([.. values.SelectMany(v => v.Connected ? Texts(v) : Enumerable.Repeat("", (int)kind.Elements))]);
            texts.SetAttribute("first_row", (long)first);
            return;
        }
        if (!Types.TryGetValue(kind.Type, out var type))
            throw new UserErrorException($"PV {pv} has the type '{kind.Type}' in the buffer, which is not supported");
        var row = checked((int)(kind.Elements * type.Size));
        var bytes = new byte[checked((long)row * values.Count)];
        for (var i = 0; i < values.Count; i++)
        {
            if (!values[i].Connected)
                continue;
            if (values[i].Value.Length != row)
                throw new UserErrorException($"PV {pv} has a value of {values[i].Value.Length} bytes in the buffer, but its type {kind.Type} and shape [{string.Join(", ", kind.Shape)}] need {row}");
            values[i].Value.CopyTo(bytes.AsSpan(i * row));
        }
        using var dataset = group.CreateFixedDataset(name, type, shape);
        dataset.WriteRows<byte>(0, bytes, type);
        dataset.SetAttribute("first_row", (long)first);
    }

    // One text is as long as it is; several have 40 bytes each.
    private static IEnumerable<string> Texts(BufferedValue value)
    {
        if (value.Elements == 1)
            return [Encoding.UTF8.GetString(PvData.Upto0(value.Value))];
        return Enumerable.Range(0, (int)value.Elements).Select(i => i * PvTypes.StringSize < value.Value.Length
            ? Encoding.UTF8.GetString(PvData.Upto0(value.Value.AsSpan(i * PvTypes.StringSize, Math.Min(PvTypes.StringSize, value.Value.Length - i * PvTypes.StringSize)))) : "");
    }

    private static void Column<T>(Hdf5Group group, string name, Hdf5Type type, T[] values)
        where T : unmanaged
    {
        using var dataset = group.CreateFixedDataset(name, type, (ulong)values.Length, 1);
        dataset.WriteRows<T>(0, values, type);
    }
}
