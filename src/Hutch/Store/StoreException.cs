namespace Hutch.Store;

/// <summary>A store refused an operation. The message names the store, the key and the way out.</summary>
public class StoreException : UserErrorException
{
    /// <summary>Makes the error.</summary>
    public StoreException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the error, keeping its cause.</summary>
    public StoreException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes an error with the default message.</summary>
    public StoreException()
    {
    }
}
