using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Hutch.Services.Logging;

/// <summary>
/// <c>14:03:22.117 warn writer@daq1 (jungfrau): slow disk</c>: time, level, service, node and cluster, message; the
/// exception, if any, on lines of its own.
/// </summary>
internal sealed class LineFormatter() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "hutch";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.Write(DateTimeOffset.Now.ToString("HH:mm:ss.fff"));
        textWriter.Write(logEntry.LogLevel switch
        {
            LogLevel.Trace => " trce ",
            LogLevel.Debug => " dbug ",
            LogLevel.Information => " info ",
            LogLevel.Warning => " warn ",
            LogLevel.Error => " fail ",
            _ => " crit ",
        });
        var identity = ScopeFields.Identity(scopeProvider);
        var service = identity.Service ?? logEntry.Category[(logEntry.Category.LastIndexOf('.') + 1)..];
        textWriter.Write(service);
        if (identity.Node is not null)
            textWriter.Write($"@{identity.Node}");
        if (identity.Cluster is not null)
            textWriter.Write($" ({identity.Cluster})");
        textWriter.Write(": ");
        // Records of a service begin with its name already.
        textWriter.WriteLine(message.StartsWith(service + ": ", StringComparison.Ordinal) ? message[(service.Length + 2)..] : message);
        if (logEntry.Exception is { } error)
            textWriter.WriteLine(error.ToString());
    }
}
