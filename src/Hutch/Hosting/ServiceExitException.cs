namespace Hutch.Hosting;

/// <summary>Ends the program of a service with an exit code that its parent understands.</summary>
public sealed class ServiceExitException : UserErrorException
{
    /// <summary>Makes the request.</summary>
    /// <param name="message">Why.</param>
    /// <param name="exitCode">The program's exit code, 1 to 255.</param>
    public ServiceExitException(string message, int exitCode)
        : base(message) => ExitCode = exitCode;

    /// <summary>Makes a request with the default exit code.</summary>
    public ServiceExitException(string message)
        : base(message)
    {
    }

    /// <summary>Makes a request, keeping its cause.</summary>
    public ServiceExitException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes a request with the default message.</summary>
    public ServiceExitException()
    {
    }

    /// <summary>The program's exit code.</summary>
    public int ExitCode { get; } = 1;
}
