namespace Hutch.Epics.ChannelAccess;

/// <summary>The names of alarm statuses as the deployed buffer and EPICS' <c>alarm.h</c> write them.</summary>
public static class AlarmNames
{
    private static readonly string[] Names =
    [
        "NO_ALARM", "READ", "WRITE", "HIHI", "HIGH", "LOLO", "LOW", "STATE", "COS", "COMM", "TIMEOUT",
        "HW_LIMIT", "CALC", "SCAN", "LINK", "SOFT", "BAD_SUB", "UDF", "DISABLE", "SIMM", "READ_ACCESS", "WRITE_ACCESS",
    ];

    /// <summary>The name of a status; <c>UNKNOWN_n</c> for a number that EPICS does not have.</summary>
    public static string Of(AlarmStatus status) => (uint)status < Names.Length ? Names[(int)status] : $"UNKNOWN_{(int)status}";
}
