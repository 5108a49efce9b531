namespace Hutch.Bus;

/// <summary>A stored record was not found (code -20000).</summary>
public sealed class StorageLookupException : RpcException
{
    /// <summary>Makes the error.</summary>
    public StorageLookupException(string message, object? data = null)
        : base(RpcErrorCodes.StorageLookup, message, data)
    {
    }
}
