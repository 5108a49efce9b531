using System.Text.Json.Nodes;

namespace Hutch.Fleet.Records;

/// <summary>
/// A machine of the fleet. The attributes down to <see cref="Source"/> are those of Commissaire's Host; its programs drop the others and, when they
/// save a host, leave them as they are.
/// </summary>
public sealed record Host : IRecord
{
    /// <summary>Name or IP address by which it is reached.</summary>
    [RecordKey]
    public required string Address { get; init; }

    /// <summary>One of <see cref="HostStatus"/>, or empty.</summary>
    public string Status { get; init; } = "";

    /// <summary>The distribution in lower case, such as debian.</summary>
    public string Os { get; init; } = "";

    /// <summary>Processors.</summary>
    public int Cpus { get; init; }

    /// <summary>Memory in MB.</summary>
    public long Memory { get; init; }

    /// <summary>The size of all its file systems, in bytes.</summary>
    public long Space { get; init; }

    /// <summary>When it was last checked, UTC, as <see cref="RecordTime"/> writes it.</summary>
    public string LastCheck { get; init; } = "";

    /// <summary>The store handler that it comes from; empty for the one of all hosts.</summary>
    public string Source { get; init; } = "";

    /// <summary>Why it failed; empty while it has not.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What it was before it stopped answering, and is again when it answers; empty while it answers.</summary>
    public string StatusBefore { get; init; } = "";

    /// <summary>The port of its SSH server, 1 to 65535. Default 22.</summary>
    public int SshPort { get; init; } = 22;

    /// <summary>The address of the host through which it is reached by SSH; empty for directly.</summary>
    public string Jump { get; init; } = "";

    /// <summary>The fingerprint of its SSH host key, SHA256:BASE64 as <c>ssh-keygen -l</c> prints it; empty until it is known.</summary>
    public string HostKey { get; init; } = "";

    /// <summary>What was found out about it, by the name of the fact.</summary>
    public JsonObject Facts { get; init; } = [];

    string IRecord.Key => Address;
}
