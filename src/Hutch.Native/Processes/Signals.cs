using System.Runtime.InteropServices;

namespace Hutch.Native.Processes;

/// <summary>Signals to processes; the numbers are those of Linux on x86-64 and arm64, signal(7).</summary>
public static class Signals
{
    /// <summary>Interrupt from the keyboard.</summary>
    public const int SIGINT = 2;

    /// <summary>Abort.</summary>
    public const int SIGABRT = 6;

    /// <summary>Ends a process without asking it.</summary>
    public const int SIGKILL = 9;

    /// <summary>Invalid memory reference.</summary>
    public const int SIGSEGV = 11;

    /// <summary>Asks a process to end.</summary>
    public const int SIGTERM = 15;

    /// <summary>Goes on after <see cref="SIGSTOP"/>.</summary>
    public const int SIGCONT = 18;

    /// <summary>Stands still until <see cref="SIGCONT"/>.</summary>
    public const int SIGSTOP = 19;

    private const int ESRCH = 3;

    private static readonly string[] Names =
    [
        "0", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV",
        "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU",
        "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ];

    /// <summary>The name of a signal, like <c>SIGTERM</c>.</summary>
    public static string NameOf(int signal) => signal >= 0 && signal < Names.Length ? Names[signal] : $"signal {signal}";

    /// <summary>Whether there is a process of this number, of whichever user. Allocates nothing.</summary>
    public static bool Exists(int process) => ProcessCalls.kill(process, 0) == 0 || Marshal.GetLastPInvokeError() != ESRCH;

    /// <summary>Sends a signal to a process, or, if <paramref name="process"/> is negative, to the process group of that number.</summary>
    /// <returns>False if there is no such process.</returns>
    /// <exception cref="ProcessException">The process belongs to another user, or the signal does not exist.</exception>
    public static bool Send(int process, int signal)
    {
        if (ProcessCalls.kill(process, signal) == 0)
            return true;
        var errno = Marshal.GetLastPInvokeError();
        return errno == ESRCH ? false : throw new ProcessException($"send {NameOf(signal)} to process {process}", errno);
    }
}
