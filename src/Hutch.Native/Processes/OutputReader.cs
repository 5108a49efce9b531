using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Hutch.Native.Processes;

/// <summary>
/// The one thread that reads what children write. A child that floods its output gets 64 KiB a turn like everyone else
/// and, when that is too little, waits in its own write.
/// </summary>
internal sealed unsafe class OutputReader
{
    private static readonly Lazy<OutputReader> Only = new(() => new OutputReader());

    private readonly ConcurrentQueue<(int Fd, OutputHandler Handler)> _added = new();
    private readonly List<(int Fd, OutputHandler Handler)> _open = [];
    private readonly int _wake;

    private OutputReader()
    {
        _wake = ProcessCalls.eventfd(0, ProcessCalls.O_CLOEXEC | ProcessCalls.O_NONBLOCK);
        if (_wake < 0)
            throw ProcessException.Last("eventfd");
        new Thread(Run) { Name = "child output", IsBackground = true }.UnsafeStart();
    }

    public static OutputReader Instance => Only.Value;

    public void Add(int fd, OutputHandler handler)
    {
        _added.Enqueue((fd, handler));
        ulong one = 1;
        _ = ProcessCalls.write(_wake, (byte*)&one, sizeof(ulong));
    }

    private void Run()
    {
        var buffer = new byte[65536];
        var fds = new ProcessCalls.PollFd[1];
        while (true)
        {
            while (_added.TryDequeue(out var added))
                _open.Add(added);
            if (fds.Length != _open.Count + 1)
                fds = new ProcessCalls.PollFd[_open.Count + 1];
            fds[0] = new ProcessCalls.PollFd { Fd = _wake, Events = ProcessCalls.POLLIN };
            for (var i = 0; i < _open.Count; i++)
                fds[i + 1] = new ProcessCalls.PollFd { Fd = _open[i].Fd, Events = ProcessCalls.POLLIN };
            fixed (ProcessCalls.PollFd* first = fds)
            {
                if (ProcessCalls.poll(first, (nuint)fds.Length, -1) < 0)
                    continue; // EINTR
            }
            ulong ignored;
            _ = ProcessCalls.read(_wake, (byte*)&ignored, sizeof(ulong));
            for (var i = _open.Count - 1; i >= 0; i--)
            {
                if (fds[i + 1].Revents != 0 && !Read(_open[i].Fd, _open[i].Handler, buffer))
                    _open.RemoveAt(i);
            }
        }
    }

    private static bool Read(int fd, OutputHandler handler, byte[] buffer)
    {
        nint count;
        fixed (byte* first = buffer)
            count = ProcessCalls.read(fd, first, (nuint)buffer.Length);
        if (count < 0 && Marshal.GetLastPInvokeError() is ProcessCalls.EAGAIN or ProcessCalls.EINTR)
            return true;
        if (count > 0)
        {
            handler(buffer.AsSpan(0, (int)count));
            return true;
        }
        _ = ProcessCalls.close(fd);
        handler([]);
        return false;
    }
}
