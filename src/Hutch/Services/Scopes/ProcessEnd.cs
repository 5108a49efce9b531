using System.Runtime.InteropServices;

namespace Hutch.Services.Scopes;

/// <summary>
/// Ends the sessions when the process ends: normally, by SIGINT, SIGTERM, SIGHUP or SIGQUIT, or by an unhandled exception.
/// </summary>
public static class ProcessEnd
{
    private static readonly List<PosixSignalRegistration> Registrations = [];
    private static int s_watching;

    /// <summary>
    /// Whether a signal ends the sessions and then the process. A host that has its own way of ending (and ends the
    /// services in it) sets this to false. Default: true.
    /// </summary>
    public static bool HandlesSignals { get; set; } = true;

    internal static void Watch()
    {
        if (s_watching != 0 || Interlocked.Exchange(ref s_watching, 1) != 0)
            return;
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => Session.EndAll();
        AppDomain.CurrentDomain.UnhandledException += static (_, _) => Session.EndAll();
        PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];
        foreach (var signal in signals)
            Registrations.Add(PosixSignalRegistration.Create(signal, static _ => OnSignal()));
    }

    // The signal is not cancelled: once the services have ended, it ends the process with its usual exit status.
    private static void OnSignal()
    {
        if (HandlesSignals)
            Session.EndAll();
    }
}
