using System.Text.Json;
using Hutch.Epics.ChannelAccess;
using Hutch.Epics.Serving;

namespace Hutch.Epics.Simulation;

/// <summary>
/// A file of all values that were posted, a JSON line each: <c>{"pv": name, "time": microseconds since 1970, "status": name, "value": [...]}</c>. It
/// is what a test compares a written file with.
/// </summary>
internal sealed class PostedRecord : IDisposable
{
    private readonly FileStream _file;
    private readonly Utf8JsonWriter _json;

    public PostedRecord(string path)
    {
        try
        {
            _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, 1 << 16);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"the record {path} cannot be written: {error.Message}", error);
        }
        _json = new Utf8JsonWriter(_file);
    }

    public void Add(ServedPv pv)
    {
        var (update, data) = (pv.Current, pv.Current.Data);
        _json.WriteStartObject();
        _json.WriteString("pv", pv.Name);
        _json.WriteNumber("time", update.Nanoseconds / 1000);
        _json.WriteString("status", AlarmNames.Of(update.Status));
        _json.WriteStartArray("value");
        for (var i = 0; i < data.Count; i++)
        {
            if (data.Type == PvType.String)
                _json.WriteStringValue(data.TextAt(i));
            else
                _json.WriteNumberValue(data.NumberAt(i));
        }
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _file.WriteByte((byte)'\n');
    }

    public void Flush() => _file.Flush();

    public void Dispose()
    {
        _json.Dispose();
        _file.Dispose();
    }
}
