namespace Hutch.Native.Processes;

/// <summary>The child's end of the control socket.</summary>
public static class ControlDescriptor
{
    private const int F_GETFD = 1;
    private const int F_SETFD = 2;
    private const int FD_CLOEXEC = 1;

    /// <summary>Takes the descriptor that the parent passed, so that processes started from here do not inherit it.</summary>
    /// <returns>False if no such descriptor is open.</returns>
    public static bool Take() =>
        ProcessCalls.fcntl(ChildProcess.ControlDescriptor, F_GETFD, 0) >= 0
        && ProcessCalls.fcntl(ChildProcess.ControlDescriptor, F_SETFD, FD_CLOEXEC) >= 0;
}
