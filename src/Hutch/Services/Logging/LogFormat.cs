namespace Hutch.Services.Logging;

/// <summary>The form of log records.</summary>
public enum LogFormat
{
    /// <summary>Fields of the journal when systemd's journal reads our standard error, otherwise readable lines.</summary>
    Auto,

    /// <summary>One readable line a record, on standard error.</summary>
    Lines,

    /// <summary>One JSON object a record and line, on standard output.</summary>
    Json,

    /// <summary>Records with fields, sent to systemd's journal.</summary>
    Journal,
}
