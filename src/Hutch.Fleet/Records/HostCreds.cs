namespace Hutch.Fleet.Records;

/// <summary>How to log in to a host over SSH. It appears in no list and in no notification.</summary>
public sealed record HostCreds : IRecord
{
    /// <summary>The host's address.</summary>
    [RecordKey]
    public required string Address { get; init; }

    /// <summary>The private key file in base64; sealed wherever it is stored or sent.</summary>
    [Secret]
    public string SshPrivKey { get; init; } = "";

    /// <summary>The user to log in as. Default root.</summary>
    public string RemoteUser { get; init; } = "root";

    string IRecord.Key => Address;
}
