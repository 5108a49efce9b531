using System.Text;
using Hutch.Epics.ChannelAccess;
using Hutch.Native.Hdf5;

namespace Hutch.Epics.Writing;

/// <summary>
/// The file of std-daq's EPICS writer: for each PV <c>/data/PV/data</c> [n, shape...], <c>timestamp</c>, <c>connected</c>, <c>status</c> and
/// <c>pulse_id</c> [n, 1], an empty group <c>/PV</c>, and the metadata at the root. It has another name until it is complete.
/// </summary>
internal sealed class PvFile : IDisposable
{
    /// <summary>What follows the name of a file that is not complete.</summary>
    public const string IncompleteSuffix = ".incomplete";

    private static readonly Dictionary<string, Hdf5Type> Types = new()
    {
        ["i1"] = Hdf5Type.Int8, ["i2"] = Hdf5Type.Int16, ["i4"] = Hdf5Type.Int32, ["i8"] = Hdf5Type.Int64,
        ["u1"] = Hdf5Type.UInt8, ["u2"] = Hdf5Type.UInt16, ["u4"] = Hdf5Type.UInt32, ["u8"] = Hdf5Type.UInt64,
        ["f4"] = Hdf5Type.Float32, ["f8"] = Hdf5Type.Float64,
    };

    private readonly string _path;
    private readonly Hdf5File _file;
    private readonly Hdf5Group _root;
    private readonly Hdf5Group _data;
    private bool _finished;

    /// <summary>Makes the file.</summary>
    /// <exception cref="UserErrorException">It cannot be written.</exception>
    public PvFile(string path)
    {
        _path = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            _file = Hdf5File.Create(_path + IncompleteSuffix);
        }
        catch (Exception error) when (error is Hdf5Exception or IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"output_file {_path} cannot be written: {error.Message}", error);
        }
        _root = _file.OpenGroup("/");
        _data = _file.CreateGroup("data");
    }

    public void WriteMetadata(string name, string value)
    {
        using var dataset = _root.CreateFixedDataset(name, Hdf5Type.VariableText);
        dataset.WriteTexts([value]);
    }

    /// <summary>Says how many pulses are missing in the range.</summary>
    public void WriteMissingPulses(long count) => _data.SetAttribute("missing_pulses", count);

    /// <summary>Writes a PV.</summary>
    /// <returns>How many datasets its values needed: one for each type and shape in a row; 0 if it has no value.</returns>
    public int WritePv(string name, IReadOnlyList<BufferedValue> values)
    {
        _root.CreateGroup(name).Dispose();
        if (!values.Any(v => v.Connected))
            return 0;
        using var group = _data.CreateGroup(name);
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

    /// <summary>Gives the file its name.</summary>
    /// <exception cref="UserErrorException">The file system refused.</exception>
    public void Finish()
    {
        Close();
        try
        {
            File.Move(_path + IncompleteSuffix, _path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"output_file {_path} cannot be written: {error.Message}", error);
        }
        _finished = true;
    }

    /// <summary>Removes the file unless it is finished.</summary>
    public void Dispose()
    {
        Close();
        if (!_finished)
            File.Delete(_path + IncompleteSuffix);
    }

    private void Close()
    {
        _data.Dispose();
        _root.Dispose();
        _file.Dispose();
    }

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
            throw new UserErrorException($"PV {pv} has the type '{kind.Type}' in the buffer, which is not known here");
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
