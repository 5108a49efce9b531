using System.CommandLine;
using System.Text.Json.Nodes;
using Hutch.LiveResults;
using Hutch.Reduction.Programs;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Tests.Support;

/// <summary>A live reduction in this process, with workers in processes of their own, and a stream that it listens to.</summary>
internal sealed class RunningReduction : IDisposable
{
    private static int s_count;

    private readonly List<Service> _services = [];
    private readonly LogLines _log = new();
    private ILoggerFactory? _loggers;

    public RunningReduction(object? configuration = null, bool start = true)
    {
        Instrument = $"T{Environment.ProcessId}N{Interlocked.Increment(ref s_count)}";
        Folder = Directory.CreateTempSubdirectory("hutch reduction ").FullName;
        Sender = new ImageSender($"ipc:///tmp/{Instrument}");
        Configuration = new JsonObject
        {
            ["instrument"] = Instrument,
            ["listener"] = Sender.Endpoint,
            ["script_dir"] = ".",
            ["update_every"] = 0,
            ["buffer_mb"] = 64,
            ["log_file"] = "live.log",
            ["save_dir"] = "saved",
        };
        foreach (var (name, value) in System.Text.Json.JsonSerializer.SerializeToNode(configuration ?? new { })!.AsObject())
            Configuration[name] = value?.DeepClone();
        if (start)
            WriteProc("output = input.astype('u4')");
    }

    public string Instrument { get; }

    public string Folder { get; }

    public JsonObject Configuration { get; }

    public ImageSender Sender { get; }

    public string ConfigFile => Path.Combine(Folder, "live.conf");

    public string Log => _log.ToString();

    public ReductionStatus? Status => ResultFolder.All().FirstOrDefault(f => f.Instrument == Instrument)?.ReadStatus();

    public ResultSet? Result => ResultFolder.All().FirstOrDefault(f => f.Instrument == Instrument)?.ReadResult();

    public IReadOnlyList<Service> Services => _services;

    public string Proc(string extension = "py") => Path.Combine(Folder, $"reduce_{Instrument}_live_proc.{extension}");

    public string Post(string extension = "py") => Path.Combine(Folder, $"reduce_{Instrument}_live_post_proc.{extension}");

    public void WriteProc(string text, string extension = "py") => File.WriteAllText(Proc(extension), text);

    public void WritePost(string text, string extension = "py") => File.WriteAllText(Post(extension), text);

    public RunningReduction Start(bool once = false)
    {
        File.WriteAllText(ConfigFile, Configuration.ToJsonString());
        var program = new LiveReduceProgram();
        var command = new Command("live-reduce");
        program.AddOptions(command);
        _loggers = LoggerFactory.Create(l => l.AddProvider(_log).SetMinimumLevel(LogLevel.Debug));
        _services.AddRange(program.CreateServices(command.Parse(once ? [ConfigFile, "--once"] : [ConfigFile]), _loggers));
        foreach (var service in _services)
            service.Start();
        return this;
    }

    /// <summary>Starts, and waits until the stream reaches it.</summary>
    public RunningReduction Listening()
    {
        Start();
        Sender.WaitForSubscriber();
        return this;
    }

    public void WaitUntil(Func<bool> condition, string what)
    {
        try
        {
            Until.True(condition, what, TimeSpan.FromSeconds(60));
        }
        catch (Xunit.Sdk.FailException error)
        {
            throw new InvalidOperationException($"{error.Message}\nstatus: {System.Text.Json.JsonSerializer.Serialize(Status)}\nresult: version {Result?.Version}, {Result?.Chunks} chunks\n{Log}");
        }
    }

    public void WaitForChunks(long count, string? run = null) => WaitUntil(() => Result is { } r && r.Chunks == count && (run is null || r.Run == run), $"a result of {count} chunks");

    /// <summary>The values of a result by name.</summary>
    public double[] Values(string name = "output") => Result!.Items.Single(i => i.Name == name).Values.ToDoubles();

    public void WaitForEnd() => WaitUntil(() => _services.All(s => s.State.HasEnded()), "the end");

    public void Dispose()
    {
        foreach (var service in Enumerable.Reverse(_services))
            service.Dispose();
        _loggers?.Dispose();
        Sender.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        private readonly List<string> _lines = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
                _lines.Add($"{logLevel}: {formatter(state, exception)}{(exception is null ? "" : "\n" + exception)}");
        }

        public override string ToString()
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }

        public void Dispose()
        {
        }
    }
}
