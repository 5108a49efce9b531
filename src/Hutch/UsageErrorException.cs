namespace Hutch;

/// <summary>A command line asks for what cannot be: the command ends with exit code 2.</summary>
public sealed class UsageErrorException : UserErrorException
{
    /// <summary>Makes the error.</summary>
    public UsageErrorException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the error, keeping its cause.</summary>
    public UsageErrorException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes an error with the default message.</summary>
    public UsageErrorException()
    {
    }
}
