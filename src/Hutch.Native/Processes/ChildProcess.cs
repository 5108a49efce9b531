namespace Hutch.Native.Processes;

/// <summary>
/// A process that this one started. It leads a session of its own (signals of the terminal do not reach it), has no
/// standard input, starts with default signal handling, and is killed by the kernel when this process dies
/// (PR_SET_PDEATHSIG), whatever kills it.
/// </summary>
public sealed class ChildProcess
{
    /// <summary>The descriptor of the control socket in the child.</summary>
    public const int ControlDescriptor = 3;

    private readonly TaskCompletionSource<ChildExit> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal ChildProcess(int id, int controlSocket)
    {
        Id = id;
        ControlSocket = controlSocket;
    }

    /// <summary>The process id. It is not reused before <see cref="Exited"/> is complete.</summary>
    public int Id { get; }

    /// <summary>Our end of the control socket (a stream socket of the Unix domain), which the caller owns and closes; -1 if there is none.</summary>
    public int ControlSocket { get; }

    /// <summary>Completes when the process has ended, within milliseconds of its end.</summary>
    public Task<ChildExit> Exited => _exited.Task;

    /// <summary>Starts a process.</summary>
    /// <exception cref="ProcessException">It could not be started.</exception>
    public static ChildProcess Start(ChildProcessStart start) => ChildWarden.Instance.Start(start);

    /// <summary>Sends a signal to the process alone.</summary>
    /// <returns>False if it has ended.</returns>
    public bool Signal(int signal) => !Exited.IsCompleted && Signals.Send(Id, signal);

    internal void SetExited(ChildExit exit) => _exited.SetResult(exit);
}
