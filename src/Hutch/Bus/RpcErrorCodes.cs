namespace Hutch.Bus;

/// <summary>The error codes of the JSON-RPC dialect that the deployed services speak.</summary>
public static class RpcErrorCodes
{
    /// <summary>The request is not JSON.</summary>
    public const int InvalidJson = -32700;

    /// <summary>The request is invalid, its parameters do not match the method, or the method failed.</summary>
    public const int InvalidRequest = -32600;

    /// <summary>The service has no such method.</summary>
    public const int MethodNotFound = -32601;

    /// <summary>Known to the dialect, never sent: parameters that do not fit are an <see cref="InvalidRequest"/>.</summary>
    public const int InvalidParameters = -32602;

    /// <summary>The code assumed for an error without one.</summary>
    public const int InternalError = -32603;

    /// <summary>A stored record was not found.</summary>
    public const int StorageLookup = -20000;

    /// <summary>A container manager failed.</summary>
    public const int ContainerManager = -20001;

    /// <summary>The service stopped before the method ended.</summary>
    public const int Cancelled = -20100;

    /// <summary>Not found.</summary>
    public const int NotFound = 404;

    /// <summary>Not allowed; on the wire some services write it as text.</summary>
    public const int MethodNotAllowed = 405;

    /// <summary>In conflict with what is there.</summary>
    public const int Conflict = 409;
}
