namespace Hutch.Fleet.Ssh;

/// <summary>What is done about the key of a host that is not known yet. One that is known must be the same, always.</summary>
public enum HostKeyPolicy
{
    /// <summary>It is accepted and from then on known: safe if the first connection is.</summary>
    AcceptNew,

    /// <summary>It is refused: the key's fingerprint must be put into the host's record first.</summary>
    Strict,
}
