namespace Hutch.Fleet.Ssh;

/// <summary>A host does not answer, or does not let us in. The message says which and why.</summary>
public sealed class HostUnreachableException : UserErrorException
{
    internal HostUnreachableException(string message, Exception? inner, bool mayPass)
        : base(message, inner!) => MayPass = mayPass;

    /// <summary>Whether it may be different a moment later: not with a wrong key.</summary>
    public bool MayPass { get; }
}
