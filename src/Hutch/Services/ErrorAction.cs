namespace Hutch.Services;

/// <summary>What an exception in the body of a service does.</summary>
public enum ErrorAction
{
    /// <summary>It is logged and noted in <see cref="Service.LastError"/>; the next iteration runs.</summary>
    Continue,

    /// <summary>It ends the service in <see cref="ServiceState.Failed"/>.</summary>
    Fail,
}
