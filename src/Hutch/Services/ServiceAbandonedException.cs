namespace Hutch.Services;

/// <summary>The <see cref="Service.LastError"/> of an abandoned service; the message says what its thread was doing.</summary>
public sealed class ServiceAbandonedException : Exception
{
    /// <summary>Makes the error.</summary>
    public ServiceAbandonedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the error, keeping its cause.</summary>
    public ServiceAbandonedException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes an error with the default message.</summary>
    public ServiceAbandonedException()
    {
    }
}
