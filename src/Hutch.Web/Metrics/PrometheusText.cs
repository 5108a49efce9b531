using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Measured = System.Diagnostics.Metrics.Instrument;

namespace Hutch.Web.Metrics;

/// <summary>
/// Numbers of meters in the text format of Prometheus, version 0.0.4, with names as OpenTelemetry maps them: dots become underscores, the
/// unit is appended, a counter ends in <c>_total</c>. Numbers that are observed are read; histograms are left out.
/// </summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly Dictionary<string, string> Units = new() { ["By"] = "bytes", ["s"] = "seconds", ["1"] = "ratio" };

    /// <summary>Reads the meters that are chosen, once.</summary>
    public static string Write(Func<Meter, bool> choose)
    {
        var families = new SortedDictionary<string, (string Type, string Help, List<string> Lines)>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (choose(instrument.Meter) && instrument.IsObservable)
                listening.EnableMeasurementEvents(instrument);
        };
        void Take<T>(Measured instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
            where T : struct, IConvertible
        {
            var isCounter = instrument.GetType().GetGenericTypeDefinition() == typeof(ObservableCounter<>);
            var name = Name(instrument, isCounter);
            if (!families.TryGetValue(name, out var family))
                families[name] = family = (isCounter ? "counter" : "gauge", instrument.Description ?? "", []);
            family.Lines.Add($"{name}{Labels(tags)} {value.ToDouble(CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)}");
        }
        listener.SetMeasurementEventCallback<long>(Take);
        listener.SetMeasurementEventCallback<int>(Take);
        listener.SetMeasurementEventCallback<double>(Take);
        listener.Start();
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var (name, (type, help, lines)) in families)
        {
            if (help.Length > 0)
                text.Append("# HELP ").Append(name).Append(' ').Append(Escape(help)).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n').AppendJoin('\n', lines).Append('\n');
        }
        return text.ToString();
    }

    private static string Name(Measured instrument, bool isCounter)
    {
        var name = new StringBuilder(Clean(instrument.Name));
        if (instrument.Unit is { } unit && Units.TryGetValue(unit, out var word) && !(isCounter && word == "ratio") && !name.ToString().Split('_').Contains(word))
            name.Append('_').Append(word);
        return isCounter ? name.Append("_total").ToString() : name.ToString();
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        var labels = new List<string>();
        foreach (var (key, value) in tags)
            labels.Add($"{Clean(key)}=\"{Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
        return $"{{{string.Join(',', labels)}}}";
    }

    private static string Clean(string name) => string.Create(name.Length, name, (to, from) =>
    {
        for (var i = 0; i < from.Length; i++)
            to[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '_';
    });

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
