namespace Hutch.Store;

/// <summary>An explicit stream id was not above the last id of its stream; nothing was appended.</summary>
public class StreamIdRefusedException : StoreException
{
    /// <summary>Makes the error.</summary>
    public StreamIdRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the error, keeping its cause.</summary>
    public StreamIdRefusedException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes an error with the default message.</summary>
    public StreamIdRefusedException()
    {
    }
}
