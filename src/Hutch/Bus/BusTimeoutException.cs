namespace Hutch.Bus;

/// <summary>No answer arrived in time. Whether the method was executed is unknown.</summary>
public sealed class BusTimeoutException : TimeoutException
{
    /// <summary>Makes the error.</summary>
    public BusTimeoutException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the error with its cause.</summary>
    public BusTimeoutException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes an error with the default message.</summary>
    public BusTimeoutException()
    {
    }
}
