namespace Hutch.Fleet.Records;

/// <summary>What a command of an operation printed on a host. It appears in no list.</summary>
public sealed record HostOutput : IRecord
{
    /// <summary>The operation's id, a colon, the host's address.</summary>
    [RecordKey]
    public required string Name { get; init; }

    /// <summary>Both outputs, the last 256 kB of them.</summary>
    public string Text { get; init; } = "";

    string IRecord.Key => Name;

    /// <summary>The key of what was printed on a host.</summary>
    public static string KeyOf(string operation, string address) => $"{operation}:{address}";
}
