namespace Hutch.Bus;

/// <summary>
/// Declares that an exception type is for callers to see: it travels with its message. Exceptions that are neither
/// declared nor an <see cref="RpcException"/> travel masked and are logged in full by the service.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class BusErrorAttribute(Type exception, int code = RpcErrorCodes.InvalidRequest) : Attribute
{
    /// <summary>The exception type; types derived from it are meant as well.</summary>
    public Type Exception { get; } = exception;

    /// <summary>The code it travels with. Default -32600, as the deployed services send any exception.</summary>
    public int Code { get; } = code;
}
