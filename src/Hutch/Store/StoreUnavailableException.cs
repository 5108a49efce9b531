namespace Hutch.Store;

/// <summary>A store did not answer: it is not running, cannot be reached, or its file cannot be opened or written.</summary>
public class StoreUnavailableException : StoreException
{
    /// <summary>Makes the error.</summary>
    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the error, keeping its cause.</summary>
    public StoreUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes an error with the default message.</summary>
    public StoreUnavailableException()
    {
    }
}
