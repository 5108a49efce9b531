using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Hutch.Installation.Windows.ServiceConstants;

namespace Hutch.Installation.Windows;

/// <summary>Answers the service control manager from within the process of a service: reports its states, and stops it on request.</summary>
public static unsafe partial class ServiceDispatcher
{
    private const uint StartHintMs = 30_000;
    private const uint StopHintMs = 60_000;

    private static readonly CancellationTokenSource Stop = new();
    private static Func<CancellationToken, Action, int> s_work = null!;
    private static string s_name = "";
    private static nint s_handle;
    private static int s_exitCode;

    [StructLayout(LayoutKind.Sequential)]
    private struct TableEntry
    {
        public char* Name;
        public delegate* unmanaged[Stdcall]<uint, nint, void> Main;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Status
    {
        public uint Type;
        public uint State;
        public uint Accepted;
        public uint ExitCode;
        public uint SpecificExitCode;
        public uint CheckPoint;
        public uint WaitHint;
    }

    /// <summary>Runs a service until it ends or is stopped.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="work">Its work: called with what asks it to end, and what to call when it is ready; returns the exit code.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UserErrorException">The service control manager did not start this process.</exception>
    public static int Run(string name, Func<CancellationToken, Action, int> work)
    {
        if (!OperatingSystem.IsWindows())
            throw new UsageErrorException("--scm is for the Windows service control manager; leave it out");
        (s_name, s_work) = (name, work);
        fixed (char* pointer = name)
        {
            var table = stackalloc TableEntry[2];
            table[0] = new TableEntry { Name = pointer, Main = &Main };
            table[1] = default;
            if (StartServiceCtrlDispatcherW(table))
                return s_exitCode;
        }
        var code = Marshal.GetLastPInvokeError();
        throw new UserErrorException(code == ERROR_FAILED_SERVICE_CONTROLLER_CONNECT
            ? $"--scm is for the service control manager; start the service with: hutch manage {name} start, or run its launcher"
            : $"the service control manager does not answer (error {code})");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvStdcall)])]
    private static void Main(uint count, nint arguments)
    {
        s_handle = RegisterServiceCtrlHandlerExW(s_name, &Control, 0);
        Report(SERVICE_START_PENDING, StartHintMs);
        try
        {
            s_exitCode = s_work(Stop.Token, () => Report(SERVICE_RUNNING, 0));
        }
        catch (Exception error) // nothing may leave into native code
        {
            Console.Error.WriteLine(error);
            s_exitCode = 1;
        }
        Report(SERVICE_STOPPED, 0, s_exitCode);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvStdcall)])]
    private static uint Control(uint control, uint eventType, nint eventData, nint context)
    {
        if (control is SERVICE_CONTROL_STOP or SERVICE_CONTROL_SHUTDOWN)
        {
            Report(SERVICE_STOP_PENDING, StopHintMs);
            ThreadPool.UnsafeQueueUserWorkItem(_ => Stop.Cancel(), null); // must return at once
        }
        return 0;
    }

    private static void Report(uint state, uint waitHint, int exitCode = 0)
    {
        var status = new Status
        {
            Type = SERVICE_WIN32_OWN_PROCESS,
            State = state,
            Accepted = state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN : 0,
            ExitCode = exitCode == 0 ? 0 : (uint)ERROR_SERVICE_SPECIFIC_ERROR,
            SpecificExitCode = (uint)exitCode,
            WaitHint = waitHint,
        };
        SetServiceStatus(s_handle, &status);
    }

    [LibraryImport("advapi32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool StartServiceCtrlDispatcherW(TableEntry* table);

    [LibraryImport("advapi32.dll", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint RegisterServiceCtrlHandlerExW(string name, delegate* unmanaged[Stdcall]<uint, uint, nint, nint, uint> handler, nint context);

    [LibraryImport("advapi32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetServiceStatus(nint handle, Status* status);
}
