using Hutch.Native.Processes;

namespace Hutch.Services.Processes;

/// <summary>
/// The process of a service ended without being asked to, or could not be started. The message says how, with the last output of the
/// process; where in this process that was noticed does not matter.
/// </summary>
public sealed class ServiceProcessException : UserErrorException
{
    internal ServiceProcessException(string message, ChildExit? exit)
        : base(message) => Exit = exit;

    /// <summary>Makes the error.</summary>
    public ServiceProcessException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the error, keeping its cause.</summary>
    public ServiceProcessException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes an error with the default message.</summary>
    public ServiceProcessException()
    {
    }

    /// <summary>How the process ended, if it did.</summary>
    public ChildExit? Exit { get; }
}
