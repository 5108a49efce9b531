using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Hutch.Hosting;

/// <summary>Logging of a service program to the console's error stream, so that its output stays data.</summary>
public static class LogSetup
{
    /// <summary>Makes the factory of a program's loggers.</summary>
    /// <param name="format">How the lines look.</param>
    /// <param name="lowest">Asked at every line, so that the level may be found out, or changed, after the start.</param>
    public static ILoggerFactory Create(LogFormat format, Func<LogLevel> lowest) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(LogLevel.Trace).AddFilter(level => level >= lowest());
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (format == LogFormat.Json)
        {
            logging.AddJsonConsole(json =>
            {
                json.IncludeScopes = true;
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }
        else
        {
            logging.AddSimpleConsole(text =>
            {
                text.SingleLine = true;
                text.IncludeScopes = true;
                text.TimestampFormat = "HH:mm:ss.fff ";
            });
        }
    });

    /// <summary>Reads the name of a level: ours or Python's, in any case.</summary>
    /// <exception cref="UserErrorException">It is not such a name.</exception>
    public static LogLevel ParseLevel(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Trim().ToLowerInvariant() switch
        {
            "trace" or "notset" => LogLevel.Trace,
            "debug" => LogLevel.Debug,
            "info" or "information" => LogLevel.Information,
            "warning" or "warn" => LogLevel.Warning,
            "error" => LogLevel.Error,
            "critical" or "fatal" => LogLevel.Critical,
            _ => throw new UserErrorException($"log level '{name}' is unknown; use trace, debug, info, warning, error or critical"),
        };
    }
}
