using Hutch.Native.Hdf5;
using Hutch.LiveResults;

namespace Hutch.Reduction.Saving;

/// <summary>
/// Saves a result as HDF5 in NeXus's terms: <c>/entry</c> (NXentry) with a group (NXdata) for each thing, whose <c>signal</c> are the
/// <c>values</c> and whose axis, of a curve, is <c>x</c>.
/// </summary>
internal static class NexusResultFile
{
    /// <returns>The file: INSTRUMENT_RUN_reduced.nxs.h5; one of the same run is replaced when the new one is whole.</returns>
    public static string Write(string folder, ResultSet result)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{Safe(result.Instrument)}_{Safe(result.Run)}_reduced.nxs.h5");
        var temporary = path + ".part";
        using (var file = Hdf5File.Create(temporary))
        {
            using var root = file.OpenGroup("/");
            root.SetAttribute("NX_class", "NXroot");
            root.SetAttribute("default", "entry");
            using var entry = file.CreateGroup("entry");
            entry.SetAttribute("NX_class", "NXentry");
            entry.SetAttribute("instrument", result.Instrument);
            entry.SetAttribute("run", result.Run);
            entry.SetAttribute("chunks", result.Chunks);
            entry.SetAttribute("version", result.Version);
            entry.SetAttribute("time", result.Time.ToString("O"));
            foreach (var (role, md5) in result.Scripts)
                entry.SetAttribute($"script_{role}_md5", md5);
            if (result.Items.FirstOrDefault(i => i.Kind is ResultKind.Curve or ResultKind.Image) is { } shown)
                entry.SetAttribute("default", Safe(shown.Name));
            foreach (var item in result.Items)
                Write(file, item);
        }
        File.Move(temporary, path, overwrite: true);
        return path;
    }

    private static void Write(Hdf5File file, ResultItem item)
    {
        using var group = file.CreateGroup($"entry/{Safe(item.Name)}");
        group.SetAttribute("NX_class", "NXdata");
        group.SetAttribute("signal", "values");
        foreach (var (name, text) in item.Labels)
            group.SetAttribute(name, text);
        using (var values = Write(group, "values", item.Values))
        {
            Label(values, item.Labels, "ylabel", "unit");
        }
        if (item.X is not { } x)
            return;
        using (var axis = Write(group, "x", x))
        {
            Label(axis, item.Labels, "xlabel", "xunit");
        }
        // An axis belongs to the last dimension; the others have none, which NeXus writes as a point.
        group.SetTexts("axes", [.. Enumerable.Repeat(".", Math.Max(0, item.Values.Shape.Count - 1)), "x"]);
        group.SetAttribute("x_indices", Math.Max(0, item.Values.Shape.Count - 1));
    }

    private static Hdf5Dataset Write(Hdf5Group group, string name, NumpyArray array) =>
        WriteRows(group, name, array, NumpyType.IsRecord(array.Type) ? Hdf5Type.Compound([.. Members(array.Type)]) : TypeOf(array.Type));

    // "d-spacing (Angstrom)": readers put the name and the unit together themselves.
    private static void Label(Hdf5Dataset dataset, IReadOnlyDictionary<string, string> labels, string label, string unit)
    {
        var text = labels.GetValueOrDefault(label);
        var units = labels.GetValueOrDefault(unit);
        if (units is null && text is not null && text.EndsWith(')') && text.LastIndexOf(" (", StringComparison.Ordinal) is > 0 and var open)
            (text, units) = (text[..open], text[(open + 2)..^1]);
        if (text is not null)
            dataset.SetAttribute("long_name", text);
        if (units is not null)
            dataset.SetAttribute("units", units);
    }

    private static Hdf5Dataset WriteRows(Hdf5Group group, string name, NumpyArray array, Hdf5Type type)
    {
        ulong[] shape = array.Shape.Count == 0 ? [1] : [.. array.Shape.Select(n => (ulong)n)];
        // A chunk is a row, or a stretch of a curve; HDF5 allows no empty one.
        ulong[] chunk = [shape.Length == 1 ? Math.Clamp(shape[0], 1, 65536) : 1, .. shape.Skip(1).Select(n => Math.Max(n, 1))];
        var dataset = group.CreateDataset(name, type, chunk);
        if (!shape.Contains(0UL))
        {
            dataset.SetLength(shape[0]);
            dataset.WriteRows<byte>(0, array.Data, type);
        }
        return dataset;
    }

    // [('time_ns','<i8'),('tof','<f4')]
    private static IEnumerable<(string, Hdf5Type)> Members(string record)
    {
        var parts = record.Split('\'');
        for (var i = 1; i + 2 < parts.Length; i += 4)
            yield return (parts[i], TypeOf(parts[i + 2]));
    }

    private static Hdf5Type TypeOf(string numpy) => numpy[1..] switch
    {
        "u1" or "b1" => Hdf5Type.UInt8,
        "u2" => Hdf5Type.UInt16,
        "u4" => Hdf5Type.UInt32,
        "u8" => Hdf5Type.UInt64,
        "i1" => Hdf5Type.Int8,
        "i2" => Hdf5Type.Int16,
        "i4" => Hdf5Type.Int32,
        "i8" => Hdf5Type.Int64,
        "f4" => Hdf5Type.Float32,
        "f8" => Hdf5Type.Float64,
        _ => throw new UserErrorException($"a result of elements {numpy} cannot be saved"),
    };

    private static string Safe(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
}
