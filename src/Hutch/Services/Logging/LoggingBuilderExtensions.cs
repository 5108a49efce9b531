using Hutch.Services.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Hutch.Services.Logging;

/// <summary>Logging as Hutch programs do it.</summary>
public static class LoggingBuilderExtensions
{
    /// <summary>The variable that chooses a <see cref="LogFormat"/> where <see cref="LogFormat.Auto"/> is asked for.</summary>
    public const string FormatVariable = "HUTCH_LOG_FORMAT";

    /// <summary>
    /// Logs to the parent process when it supervises this one, and otherwise in the form asked for; with the service, node
    /// and cluster of each record.
    /// </summary>
    public static ILoggingBuilder AddHutch(this ILoggingBuilder logging, LogFormat format = LogFormat.Auto)
    {
        ArgumentNullException.ThrowIfNull(logging);
        if (ParentLink.Current is { } link)
        {
            logging.Services.AddSingleton<ILoggerProvider>(new ParentLoggerProvider(link));
            return logging;
        }
        return (format == LogFormat.Auto ? Choose() : format) switch
        {
            LogFormat.Json => logging.AddJsonConsole(console =>
            {
                console.IncludeScopes = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            }),
            LogFormat.Journal => logging.AddProvider(new JournalLoggerProvider()),
            _ => logging.AddLines(),
        };
    }

    private static ILoggingBuilder AddLines(this ILoggingBuilder logging)
    {
        logging.AddConsole(console =>
        {
            console.FormatterName = LineFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        logging.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ConsoleFormatter, LineFormatter>());
        return logging;
    }

    private static LogFormat Choose()
    {
        if (Enum.TryParse<LogFormat>(Environment.GetEnvironmentVariable(FormatVariable), ignoreCase: true, out var wanted) && wanted != LogFormat.Auto)
            return wanted;
        return JournalStream.IsStandardError() ? LogFormat.Journal : LogFormat.Lines;
    }
}
