using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Hutch.Native.Processes;

/// <summary>
/// The one thread that starts children and learns of their end. It lives as long as the process: the kernel sends the
/// parent-death signal when the *thread* that started a child ends, not the process.
/// </summary>
internal sealed unsafe class ChildWarden
{
    private static readonly Lazy<ChildWarden> Only = new(() => new ChildWarden());

    private readonly ConcurrentQueue<Action> _orders = new();
    private readonly List<(ChildProcess Child, int PidFd)> _children = [];
    private readonly int _wake;

    private ChildWarden()
    {
        _wake = ProcessCalls.eventfd(0, ProcessCalls.O_CLOEXEC | ProcessCalls.O_NONBLOCK);
        if (_wake < 0)
            throw ProcessException.Last("eventfd");
        new Thread(Run) { Name = "child processes", IsBackground = true }.UnsafeStart();
    }

    public static ChildWarden Instance => Only.Value;

    public ChildProcess Start(ChildProcessStart start)
    {
        var started = new TaskCompletionSource<ChildProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        _orders.Enqueue(() =>
        {
            try
            {
                var child = Spawn.Start(start);
                _children.Add((child, OpenPidFd(child.Id)));
                started.SetResult(child);
            }
            catch (Exception error)
            {
                started.SetException(error);
            }
        });
        ulong one = 1;
        _ = ProcessCalls.write(_wake, (byte*)&one, sizeof(ulong));
        return started.Task.GetAwaiter().GetResult();
    }

    private static int OpenPidFd(int pid)
    {
        var fd = (int)ProcessCalls.syscall(ProcessCalls.SYS_pidfd_open, pid, 0);
        return fd >= 0 ? fd : throw ProcessException.Last($"pidfd_open {pid}");
    }

    private void Run()
    {
        while (true)
        {
            WaitForSomething();
            while (_orders.TryDequeue(out var order))
                order();
            ReapEnded();
        }
    }

    private void WaitForSomething()
    {
        var count = _children.Count + 1;
        var fds = new ProcessCalls.PollFd[count];
        fds[0] = new ProcessCalls.PollFd { Fd = _wake, Events = ProcessCalls.POLLIN };
        for (var i = 1; i < count; i++)
            fds[i] = new ProcessCalls.PollFd { Fd = _children[i - 1].PidFd, Events = ProcessCalls.POLLIN };
        fixed (ProcessCalls.PollFd* first = fds)
        {
            if (ProcessCalls.poll(first, (nuint)count, -1) < 0 && Marshal.GetLastPInvokeError() != ProcessCalls.EINTR)
                throw ProcessException.Last("poll for the end of child processes");
        }
        ulong ignored;
        _ = ProcessCalls.read(_wake, (byte*)&ignored, sizeof(ulong));
    }

    private void ReapEnded()
    {
        for (var i = _children.Count - 1; i >= 0; i--)
        {
            var (child, pidFd) = _children[i];
            if (TryReap(child.Id) is not { } exit)
                continue;
            _children.RemoveAt(i);
            _ = ProcessCalls.close(pidFd);
            child.SetExited(exit);
        }
    }

    // siginfo_t: si_code at byte 8 (CLD_EXITED 1, CLD_KILLED 2, CLD_DUMPED 3), si_pid at 16 (0: not ended yet), si_status at 24.
    private static ChildExit? TryReap(int pid)
    {
        var info = stackalloc byte[ProcessCalls.OpaqueSize];
        new Span<byte>(info, ProcessCalls.OpaqueSize).Clear();
        int result;
        do
            result = ProcessCalls.waitid(ProcessCalls.P_PID, (uint)pid, info, ProcessCalls.WEXITED | ProcessCalls.WNOHANG);
        while (result < 0 && Marshal.GetLastPInvokeError() == ProcessCalls.EINTR);
        if (result < 0)
            return new ChildExit(null, null); // ECHILD: another part of this process has reaped it
        if (*(int*)(info + 16) == 0)
            return null;
        var status = *(int*)(info + 24);
        return *(int*)(info + 8) == 1 ? new ChildExit(status, null) : new ChildExit(null, status);
    }
}
