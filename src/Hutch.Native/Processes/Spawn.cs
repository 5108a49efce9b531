using System.Runtime.InteropServices;

namespace Hutch.Native.Processes;

/// <summary>Starts a process with posix_spawn(3).</summary>
internal static unsafe class Spawn
{
    // posix_spawn has no attribute for the parent-death signal; setpriv(1) of util-linux sets it and becomes the program.
    private static readonly string? SetPriv = new[] { "/usr/bin/setpriv", "/bin/setpriv" }.FirstOrDefault(File.Exists);

    public static ChildProcess Start(ChildProcessStart start)
    {
        List<string> command = SetPriv is null || !start.DiesWithParent ? [start.File] : [SetPriv, "--pdeathsig", "KILL", "--", start.File];
        command.AddRange(start.Arguments);
        var output = Pipe();
        var error = Pipe();
        var control = start.WithControlSocket ? SocketPair() : (Ours: -1, Theirs: -1);
        try
        {
            var child = new ChildProcess(Run(start, command, output.Write, error.Write, control.Theirs), control.Ours);
            OutputReader.Instance.Add(output.Read, start.Output);
            OutputReader.Instance.Add(error.Read, start.Error);
            return child;
        }
        catch
        {
            Close(output.Read, error.Read, control.Ours);
            throw;
        }
        finally
        {
            Close(output.Write, error.Write, control.Theirs);
        }
    }

    private static int Run(ChildProcessStart start, List<string> command, int output, int error, int control)
    {
        using var argv = new StringVector(command);
        using var envp = new StringVector(start.Environment.Select(e => $"{e.Key}={e.Value}"));
        using var folder = new StringVector([start.WorkingDirectory ?? "", "/dev/null"]);
        byte* actions = stackalloc byte[ProcessCalls.OpaqueSize], attributes = stackalloc byte[ProcessCalls.OpaqueSize], signals = stackalloc byte[ProcessCalls.OpaqueSize];
        Check(ProcessCalls.posix_spawn_file_actions_init(actions), "posix_spawn_file_actions_init");
        Check(ProcessCalls.posix_spawnattr_init(attributes), "posix_spawnattr_init");
        try
        {
            Check(ProcessCalls.posix_spawn_file_actions_addopen(actions, 0, folder.Pointer[1], 0, 0), "open /dev/null");
            Check(ProcessCalls.posix_spawn_file_actions_adddup2(actions, output, 1), "dup2");
            Check(ProcessCalls.posix_spawn_file_actions_adddup2(actions, error, 2), "dup2");
            if (control >= 0)
                Check(ProcessCalls.posix_spawn_file_actions_adddup2(actions, control, ChildProcess.ControlDescriptor), "dup2");
            if (start.WorkingDirectory is not null)
                Check(ProcessCalls.posix_spawn_file_actions_addchdir_np(actions, folder.Pointer[0]), $"change to {start.WorkingDirectory}");

            const short flags = ProcessCalls.POSIX_SPAWN_SETSID | ProcessCalls.POSIX_SPAWN_SETSIGDEF | ProcessCalls.POSIX_SPAWN_SETSIGMASK;
            Check(ProcessCalls.posix_spawnattr_setflags(attributes, flags), "posix_spawnattr_setflags");
            _ = ProcessCalls.sigfillset(signals);
            Check(ProcessCalls.posix_spawnattr_setsigdefault(attributes, signals), "posix_spawnattr_setsigdefault");
            _ = ProcessCalls.sigemptyset(signals);
            Check(ProcessCalls.posix_spawnattr_setsigmask(attributes, signals), "posix_spawnattr_setsigmask");

            int pid;
            Check(ProcessCalls.posix_spawn(&pid, argv.Pointer[0], actions, attributes, argv.Pointer, envp.Pointer), $"start {start.File}"
                + (start.WorkingDirectory is null ? "" : $" in {start.WorkingDirectory}"));
            return pid;
        }
        finally
        {
            _ = ProcessCalls.posix_spawnattr_destroy(attributes);
            _ = ProcessCalls.posix_spawn_file_actions_destroy(actions);
        }
    }

    private static (int Read, int Write) Pipe()
    {
        var fds = stackalloc int[2];
        if (ProcessCalls.pipe2(fds, ProcessCalls.O_CLOEXEC) < 0)
            throw ProcessException.Last("pipe");
        const int F_SETFL = 4;
        _ = ProcessCalls.fcntl(fds[0], F_SETFL, ProcessCalls.O_NONBLOCK);
        return (fds[0], fds[1]);
    }

    private static (int Ours, int Theirs) SocketPair()
    {
        var fds = stackalloc int[2];
        if (ProcessCalls.socketpair(ProcessCalls.AF_UNIX, ProcessCalls.SOCK_STREAM | ProcessCalls.O_CLOEXEC, 0, fds) < 0)
            throw ProcessException.Last("socketpair");
        return (fds[0], fds[1]);
    }

    private static void Close(params ReadOnlySpan<int> fds)
    {
        foreach (var fd in fds)
        {
            if (fd >= 0)
                _ = ProcessCalls.close(fd);
        }
    }

    private static void Check(int errno, string what)
    {
        if (errno != 0)
            throw new ProcessException(what, errno);
    }

    /// <summary>A null-terminated array of C strings.</summary>
    private readonly ref struct StringVector
    {
        private readonly int _count;

        public StringVector(IEnumerable<string> strings)
        {
            var all = strings.ToList();
            _count = all.Count;
            Pointer = (byte**)NativeMemory.Alloc((nuint)(_count + 1), (nuint)sizeof(byte*));
            for (var i = 0; i < _count; i++)
                Pointer[i] = (byte*)Marshal.StringToCoTaskMemUTF8(all[i]);
            Pointer[_count] = null;
        }

        public byte** Pointer { get; }

        public void Dispose()
        {
            for (var i = 0; i < _count; i++)
                Marshal.FreeCoTaskMem((nint)Pointer[i]);
            NativeMemory.Free(Pointer);
        }
    }
}
