using System.Security.Cryptography;
using System.Text;

namespace Hutch.Reduction.Sources.Adara;

internal sealed partial class AdaraStream
{
    // More than any instrument has, and few enough to be sent with every chunk.
    private const int MostVariables = 20_000;

    private readonly Dictionary<(uint Device, uint Variable), DeviceVariable> _variables = [];
    private readonly Dictionary<(uint Device, uint Variable), long> _valueTimes = [];
    private readonly Dictionary<string, string> _units = [];
    private string? _geometry;
    private long _undescribed;
    private long _raw;

    private delegate object? ValueReader(AdaraPacket packet, int word);

    private bool TakeDevice(AdaraPacket packet)
    {
        if (packet.Words.Length < 2 || packet.Text(1) is not { } xml || DeviceDescriptor.TryRead(xml) is not { } variables)
            return false;
        foreach (var variable in variables)
        {
            if (_variables.Count >= MostVariables)
                return false;
            _variables[(packet.Words[0], variable.Id)] = variable;
            if (variable.Units.Length > 0)
                _units[variable.Name] = variable.Units;
        }
        // Another dictionary: chunks on their way have the one before.
        _chunks.Metadata.Facts["log_units"] = new Dictionary<string, string>(_units);
        return true;
    }

    private bool TakeValue(AdaraPacket packet, int words, ValueReader read)
    {
        if (packet.Words.Length < words || read(packet, 3) is not { } value)
            return false;
        var key = (packet.Words[0], packet.Words[1]);
        if (!_variables.TryGetValue(key, out var variable))
        {
            _undescribed++;
            return true;
        }
        // A service that is connected again tells the last values again.
        if (_isCatchingUp && _valueTimes.TryGetValue(key, out var last) && packet.TimeNs <= last)
            return true;
        _valueTimes[key] = packet.TimeNs;
        if (value is uint number && variable.Names?.TryGetValue(number, out var name) == true)
            value = name;
        _chunks.Metadata.AddLog(variable.Name, packet.TimeNs, value);
        return true;
    }

    private bool TakeRunInfo(AdaraPacket packet)
    {
        if (packet.Text(0) is not { } xml || SafeXml.TryRead(xml) is not { } root)
            return false;
        _chunks.Metadata.Facts["run_info"] = SafeXml.Texts(root);
        return true;
    }

    private bool TakeBeamline(AdaraPacket packet)
    {
        if (packet.Words.Length < 1)
            return false;
        var word = packet.Words[0];
        var (longName, shortName, id, station) = ((int)(word & 0xff), (int)((word >> 8) & 0xff), (int)((word >> 16) & 0xff), word >> 24);
        if (packet.Payload.Length < sizeof(uint) + id + shortName + longName)
            return false;
        var text = packet.Payload[sizeof(uint)..];
        _chunks.Metadata.Facts["beamline"] = new Dictionary<string, object>
        {
            ["id"] = Encoding.UTF8.GetString(text[..id]),
            ["short_name"] = Encoding.UTF8.GetString(text.Slice(id, shortName)),
            ["long_name"] = Encoding.UTF8.GetString(text.Slice(id + shortName, longName)),
            ["target_station"] = station == 0 ? 1 : station,
        };
        return true;
    }

    private bool TakeMonitors(AdaraPacket packet)
    {
        const int Known = 6;
        var words = packet.Words;
        var each = packet.Version == 0 ? Known : Known + 1;
        if (words.Length < 1 || words[0] > (uint)(words.Length - 1) / each)
            return false;
        var monitors = new Dictionary<string, object>[words[0]];
        for (var i = 0; i < monitors.Length; i++)
        {
            var at = 1 + (i * each);
            monitors[i] = new Dictionary<string, object>
            {
                ["id"] = words[at],
                ["tof_offset"] = words[at + 1],
                ["tof_max"] = words[at + 2],
                ["tof_bin"] = words[at + 3],
                ["distance"] = packet.Double(at + 4),
            };
        }
        _chunks.Metadata.Facts["monitor_settings"] = monitors;
        return true;
    }

    private bool TakeRtdl(AdaraPacket packet)
    {
        const int Bytes = 120;
        if (packet.Payload.Length != Bytes)
            return packet.Version > 0 && packet.Payload.Length > Bytes;
        _chunks.Metadata.Facts["ring_period"] = packet.Words[4] & 0xff_ffff;
        return true;
    }

    private bool TakeSources(AdaraPacket packet)
    {
        if (packet.Words.Length > MostVariables)
            return false;
        _chunks.Metadata.Facts["sources"] = packet.Words.ToArray();
        return true;
    }

    private bool TakeTranslation(AdaraPacket packet)
    {
        if (packet.Words.Length < 1 || packet.Text(1, packet.Words[0] & 0xffff) is not { } reason)
            return false;
        _chunks.Metadata.Facts["translation"] = new Dictionary<string, object> { ["status"] = packet.Words[0] >> 16, ["reason"] = reason };
        return true;
    }

    private bool TakeBankSets(AdaraPacket packet)
    {
        const int NameWords = 4;
        const int TailWords = 3 + 2 + NameWords;
        var words = packet.Words;
        if (words.Length < 1 || words[0] > (uint)words.Length)
            return false;
        var sets = new List<Dictionary<string, object>>();
        var at = 1;
        for (var set = 0; set < words[0]; set++)
        {
            if (words.Length - at < NameWords + 2 || words[at + NameWords + 1] > (uint)Math.Max(0, words.Length - at - NameWords - 2 - TailWords))
                return false;
            var (flags, banks, tail) = (words[at + NameWords], (int)words[at + NameWords + 1], at + NameWords + 2 + (int)words[at + NameWords + 1]);
            if (words.Length - tail < TailWords)
                return false;
            sets.Add(new Dictionary<string, object>
            {
                ["name"] = packet.Text(at, NameWords * sizeof(uint))!,
                ["has_events"] = (flags & 1) != 0,
                ["has_histogram"] = (flags & 2) != 0,
                ["banks"] = words.Slice(tail - banks, banks).ToArray(),
                ["tof_offset"] = words[tail],
                ["tof_max"] = words[tail + 1],
                ["tof_bin"] = words[tail + 2],
                ["throttle"] = packet.Double(tail + 3),
                ["suffix"] = packet.Text(tail + 5, NameWords * sizeof(uint))!,
            });
            at = tail + TailWords;
        }
        _chunks.Metadata.Facts["bank_sets"] = sets;
        return true;
    }

    private bool CountRaw()
    {
        _raw++;
        return true;
    }

    // Megabytes of XML do not travel with every chunk: they are in a file, and the chunks say where.
    private bool TakeGeometry(AdaraPacket packet)
    {
        if (packet.Text(0) is not { } xml)
            return false;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(xml)));
        if (hash == _geometry || _geometryFile is null)
            return true;
        try
        {
            File.WriteAllText(_geometryFile + ".new", xml);
            File.Move(_geometryFile + ".new", _geometryFile, overwrite: true);
            _geometry = hash;
            _chunks.Metadata.Facts["geometry"] = _geometryFile;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _chunks.Metadata.Facts["geometry_error"] = error.Message;
        }
        return true;
    }
}
