using Hutch.Native.Posix;

namespace Hutch.Native.Processes;

/// <summary>The child's end of the control socket.</summary>
public static class ControlDescriptor
{
    /// <summary>Takes the descriptor that the parent passed, so that processes started from here do not inherit it.</summary>
    /// <returns>False if no such descriptor is open.</returns>
    public static bool Take() => Descriptor.KeepFromChildren(ChildProcess.ControlDescriptor);
}
