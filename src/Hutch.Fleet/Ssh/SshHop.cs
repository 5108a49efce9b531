namespace Hutch.Fleet.Ssh;

/// <summary>A host on the way: where it is, how to log in, and what its key must be.</summary>
/// <param name="Address">Name or IP address.</param>
/// <param name="Port">The port of its SSH server.</param>
/// <param name="User">The user.</param>
/// <param name="PrivateKey">The private key file. It is never logged.</param>
/// <param name="HostKey">The fingerprint of its host key, SHA256:BASE64; empty when it is not known.</param>
internal sealed record SshHop(string Address, int Port, string User, byte[] PrivateKey, string HostKey)
{
    public override string ToString() => $"{User}@{Address}:{Port}";
}
