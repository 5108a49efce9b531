using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Logging;

/// <summary>
/// The log file of the deployed livereduce: readable by anyone, lines <c>time - name - level - message</c>, kept over restarts. At
/// 50 MiB it becomes <c>NAME.1</c>.
/// </summary>
public sealed class LogFile : ILoggerProvider
{
    private const string ServiceUser = "snsdata";
    private const string Name = "livereduce.log";
    private const long LargestBytes = 50 << 20;
    private const int KeptLines = 20;

    private readonly string _path;
    private readonly Queue<string> _lines = new();
    private readonly Lock _gate = new();
    private StreamWriter? _file;

    /// <summary>Opens the file, at its end.</summary>
    /// <exception cref="UserErrorException">It cannot be written.</exception>
    public LogFile(string path)
    {
        _path = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            _file = Open();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"log file {_path} cannot be written: {error.Message}; set log_file in the configuration", error);
        }
    }

    /// <summary>Where it is unless the configuration says otherwise.</summary>
    public static string DefaultPath() => Environment.UserName == ServiceUser ? $"/var/log/SNS_applications/{Name}" : Path.GetFullPath(Name);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    /// <summary>The last 20 lines.</summary>
    public IReadOnlyList<string> LastLines()
    {
        lock (_gate)
            return [.. _lines];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private StreamWriter Open()
    {
        var file = new StreamWriter(new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete), new UTF8Encoding(false)) { AutoFlush = true };
        const UnixFileMode readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        try
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(_path, readable);
        }
        catch (UnauthorizedAccessException)
        {
            // It belongs to another user, who chose its permissions.
        }
        return file;
    }

    private void Write(string line)
    {
        lock (_gate)
        {
            if (_lines.Count == KeptLines)
                _lines.Dequeue();
            _lines.Enqueue(line);
            if (_file is null)
                return;
            try
            {
                _file.WriteLine(line);
                if (_file.BaseStream.Position < LargestBytes)
                    return;
                _file.Dispose();
                File.Move(_path, _path + ".1", overwrite: true);
                _file = Open();
            }
            catch (IOException)
            {
                // A full disk must not end the reduction; the console and the journal have the line.
            }
        }
    }

    private sealed class Writer(LogFile file, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var time = DateTimeOffset.Now.ToString("yyyy-MM-dd HH:mm:ss,fff", CultureInfo.InvariantCulture);
            file.Write($"{time} - {name} - {Level(logLevel)} - {formatter(state, exception)}{(exception is null ? "" : $"\n{exception}")}");
        }

        // The names of Python's logging.
        private static string Level(LogLevel level) => level switch
        {
            LogLevel.Warning => "WARNING",
            LogLevel.Error => "ERROR",
            LogLevel.Critical => "CRITICAL",
            _ => "INFO",
        };
    }
}
