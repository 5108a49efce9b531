namespace Hutch.Hosting;

/// <summary>How log lines look on the console.</summary>
public enum LogFormat
{
    /// <summary>One readable line each.</summary>
    Text,

    /// <summary>One JSON object a line, with scopes and fields.</summary>
    Json,
}
