using System.Diagnostics;

namespace Hutch.Installation.Windows;

/// <summary>The source under which a service writes its errors into the event log of Windows.</summary>
internal static class EventSource
{
    private const string Log = "Application";

    public static void Add(string service)
    {
        if (OperatingSystem.IsWindows() && !EventLog.SourceExists(service))
            EventLog.CreateEventSource(service, Log);
    }

    public static void Remove(string service)
    {
        if (OperatingSystem.IsWindows() && EventLog.SourceExists(service))
            EventLog.DeleteEventSource(service);
    }

    public static void Report(string service, string error)
    {
        if (OperatingSystem.IsWindows() && EventLog.SourceExists(service))
            EventLog.WriteEntry(service, error[..Math.Min(error.Length, 30_000)], EventLogEntryType.Error);
    }
}
