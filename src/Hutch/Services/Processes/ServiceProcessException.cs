using Hutch.Native.Processes;

namespace Hutch.Services.Processes;

/// <summary>The process of a service ended without being asked to, or could not be started.</summary>
public sealed class ServiceProcessException : Exception
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

    /// <summary>Makes an error without a message of its own.</summary>
    public ServiceProcessException()
    {
    }

    /// <summary>How the process ended, if it did.</summary>
    public ChildExit? Exit { get; }
}
