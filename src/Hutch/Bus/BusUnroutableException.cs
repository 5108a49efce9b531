namespace Hutch.Bus;

/// <summary>No queue is bound for the routing key, so the call cannot reach a service.</summary>
public sealed class BusUnroutableException : Exception
{
    /// <summary>Makes the error.</summary>
    public BusUnroutableException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the error with its cause.</summary>
    public BusUnroutableException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes an error with the default message.</summary>
    public BusUnroutableException()
    {
    }
}
