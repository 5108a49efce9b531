namespace Hutch.Bus;

/// <summary>A container manager failed (code -20001).</summary>
public sealed class ContainerManagerException : RpcException
{
    /// <summary>Makes the error.</summary>
    public ContainerManagerException(string message, object? data = null)
        : base(RpcErrorCodes.ContainerManager, message, data)
    {
    }
}
