namespace Hutch;

/// <summary>
/// Something outside the program is not as it must be (a port in use, a wrong configuration, a full disk). The message
/// names the thing, the value and the way out, and is shown to the user without a stack trace.
/// </summary>
public class UserErrorException : Exception
{
    /// <summary>Makes the error.</summary>
    public UserErrorException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the error, keeping its cause.</summary>
    public UserErrorException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes an error with the default message.</summary>
    public UserErrorException()
    {
    }
}
