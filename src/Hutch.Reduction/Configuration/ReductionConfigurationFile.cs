using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Hosting;
using Hutch.Reduction.Sources.Adara;
using Hutch.Reduction.Sources.Kafka;
using Hutch.Reduction.Workers;

namespace Hutch.Reduction.Configuration;

/// <summary>Reads a <see cref="ReductionConfiguration"/>. All errors are reported together.</summary>
public static class ReductionConfigurationFile
{
    /// <summary>Where the configuration is if no file is named.</summary>
    public const string DefaultPath = "/etc/livereduce.conf";

    private const string Now = "now";

    private static readonly JsonSerializerOptions Echo = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="unknown">Gets the members that mean nothing here.</param>
    /// <exception cref="UserErrorException">The file cannot be read, is not JSON, or is invalid.</exception>
    public static ReductionConfiguration Read(string path, out IReadOnlyList<string> unknown)
    {
        path = Path.GetFullPath(path);
        var root = JsonConfig.Parse(JsonConfig.ReadText(path, TextReader.Null), path, hyphensToUnderscores: false);
        var read = new ConfigurationReader(root);
        var watchdog = read.Section("watchdog") ?? new ConfigurationReader([], "watchdog.");
        var axis = read.Section("histogram") ?? new ConfigurationReader([], "histogram.");
        var method = read.Text("accum_method") ?? nameof(AccumulationMethod.Add);
        if (!Enum.GetNames<AccumulationMethod>().Contains(method))
            read.Errors.Add($"accum_method is \"{method}\", but must be one of: {string.Join(", ", Enum.GetNames<AccumulationMethod>())}");
        var instrument = Instrument(read);
        var configuration = new ReductionConfiguration
        {
            File = path,
            Instrument = instrument,
            CondaEnv = read.Text("CONDA_ENV"),
            Engine = Engine(read),
            PublishUrl = PublishUrl(read),
            ScriptDir = Below(path, read.Text("script_dir") ?? $"/SNS/{instrument}/shared/livereduce"),
            UpdateEvery = read.Number("update_every", 30, 0, 86_400),
            PreserveEvents = read.Flag("preserve_events", true),
            AccumMethod = Enum.TryParse<AccumulationMethod>(method, out var parsed) ? parsed : default,
            Periods = read.Integers("periods"),
            Spectra = read.Integers("spectra"),
            SystemMemLimitPerc = read.Number("system_mem_limit_perc", 70, 0, 100),
            MemCheckIntervalSec = read.Number("mem_check_interval_sec", 1, 0.05, 3600),
            WatchdogInterval = watchdog.Number("interval", 60, 1, 86_400),
            WatchdogThreshold = watchdog.Number("threshold", 300, 20, 86_400),
            PostProcess = read.Flag("post_process", true),
            PostProcessOnly = read.Flag("post_process_only", false),
            Listener = Listener(read, path),
            KafkaConfig = KafkaConfig(read, path),
            StartTime = StartTime(read),
            StartNow = read.Text("start_time") == Now,
            KeepPausedEvents = read.Flag("keep_paused_events", false),
            Workers = read.Integer("workers", 1, 1, 64),
            BufferMb = read.Integer("buffer_mb", 512, 1, 1 << 20),
            ScriptTimeoutSec = read.Number("script_timeout_sec", 120, 0.1, 86_400),
            ScriptCheckIntervalSec = read.Number("script_check_interval_sec", 2, 0.1, 10),
            PulsesPerChunk = read.Integer("pulses_per_chunk", 1, 1, 1_000_000),
            Histogram = new HistogramAxis
            {
                TofMin = axis.Number("tof_min", 0, 0, 1e9),
                TofMax = axis.Number("tof_max", 16667, 0, 1e9),
                Bins = axis.Integer("bins", 1000, 1, 1_000_000),
                Ids = axis.Integer("ids", 1024, 1, 100_000_000),
            },
            SaveDir = read.Text("save_dir") is { } save ? Below(path, save) : null,
            BusUri = read.Text("bus_uri"),
            LogFile = read.Text("log_file") is { } log ? Below(path, log) : null,
        };
        if (configuration.Histogram.TofMax <= configuration.Histogram.TofMin)
            axis.Errors.Add("histogram.tof_max must be greater than histogram.tof_min");
        string[] errors = [.. read.Errors, .. watchdog.Errors, .. axis.Errors];
        unknown = [.. read.Unknown, .. watchdog.Unknown, .. axis.Unknown];
        return errors.Length == 0 ? configuration : throw new UserErrorException($"configuration {path} is invalid:\n  {string.Join("\n  ", errors)}");
    }

    /// <summary>Everything in effect, as one line of JSON.</summary>
    public static string ToJson(ReductionConfiguration configuration)
    {
        var json = JsonSerializer.SerializeToNode(configuration, Echo)!.AsObject();
        json["accum_method"] = configuration.AccumMethod.ToString();
        json["bus_uri"] = configuration.BusUri is { } bus ? WithoutPassword(bus) : null;
        json["publish_url"] = configuration.PublishUrl is { } url ? WithoutPassword(url) : null;
        return json.ToJsonString();
    }

    private static string Instrument(ConfigurationReader read)
    {
        if (read.Text("instrument") is { Length: > 0 } given)
            return Checked(given, read);
        if (read.Errors.Count == 0 && DefaultInstrument.Find() is { } found)
            return Checked(found.Name, read);
        read.Errors.Add($"instrument is missing, and none of these files names one: {string.Join(", ", DefaultInstrument.Places().Select(p => $"{p.File} ({p.Key})"))}");
        return "";
    }

    // It becomes part of the names of files and folders.
    private static string Checked(string name, ConfigurationReader read)
    {
        var instrument = InstrumentNames.ShortOf(name);
        if (instrument.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '^') && instrument[0] != '.')
            return instrument;
        read.Errors.Add($"instrument is \"{name}\", but may contain only letters, digits, '_', '-', '.' and '^'");
        return "";
    }

    private static string Listener(ConfigurationReader read, string path)
    {
        var listener = read.Text("listener") ?? "ring:";
        if (listener.StartsWith("file:", StringComparison.Ordinal))
            return "file:" + Below(path, listener["file:".Length..]);
        if (listener.StartsWith(KafkaAddress.Scheme, StringComparison.Ordinal))
        {
            if (KafkaAddress.TryParse(listener) is not { } kafka || !kafka.DataTopics.Any())
                read.Errors.Add($"listener is \"{listener}\", but must be kafka://broker:9092/TOPIC,TOPIC with at least one topic of events besides the topic of runs (INSTRUMENT_runInfo)");
            return listener;
        }
        if (listener.StartsWith(AdaraAddress.Scheme, StringComparison.Ordinal))
        {
            if (AdaraAddress.TryParse(listener) is null)
                read.Errors.Add($"listener is \"{listener}\", but must be adara://host or adara://host:port (default {AdaraAddress.DefaultPort})");
            return listener;
        }
        if (!listener.StartsWith("ring:", StringComparison.Ordinal) && !listener.StartsWith("tcp://", StringComparison.Ordinal) && !listener.StartsWith("ipc://", StringComparison.Ordinal))
            read.Errors.Add($"listener is \"{listener}\", but must be ring:NAME (an image ring), tcp://host:port or ipc:///path (a stream), kafka://broker:9092/TOPIC,TOPIC, adara://host:31415, or file:PATH (a recorded run)");
        return listener;
    }

    private static string? KafkaConfig(ConfigurationReader read, string path)
    {
        if (read.Text("kafka_config") is not { } name)
            return null;
        var file = Below(path, name);
        try
        {
            KafkaProperties.Read(file);
        }
        catch (UserErrorException error)
        {
            read.Errors.Add($"kafka_config: {error.Message}");
        }
        return file;
    }

    private static string Engine(ConfigurationReader read)
    {
        var engine = read.Text("engine") ?? (PythonEnvironment.HasMantid(read.Text("CONDA_ENV")) ? "mantid" : "numpy");
        if (engine is not ("mantid" or "numpy"))
            read.Errors.Add($"engine is \"{engine}\", but must be one of: numpy, mantid");
        return engine;
    }

    private static string? PublishUrl(ConfigurationReader read)
    {
        var url = read.Text("publish_url");
        if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            read.Errors.Add($"publish_url is \"{url}\", but must be an address such as https://monitor.example.org/plots");
        return url;
    }

    private static DateTimeOffset? StartTime(ConfigurationReader read)
    {
        if (read.Text("start_time") is not { } text || text == Now)
            return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return time;
        read.Errors.Add($"start_time is \"{text}\", but must be a time such as 2026-05-01T12:00:00Z, or now");
        return null;
    }

    private static string Below(string file, string path) => Path.GetFullPath(path, Path.GetDirectoryName(file)!);

    private static string WithoutPassword(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0 ? url.Replace(uri.UserInfo + "@", "", StringComparison.Ordinal) : url;
}
