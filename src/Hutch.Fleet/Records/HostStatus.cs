namespace Hutch.Fleet.Records;

/// <summary>What a host can be, in Commissaire's words.</summary>
public static class HostStatus
{
    /// <summary>Its facts are being gathered.</summary>
    public const string Investigating = "investigating";

    /// <summary>It is being made a node.</summary>
    public const string Bootstrapping = "bootstrapping";

    /// <summary>It is ready and belongs to no container manager.</summary>
    public const string Disassociated = "disassociated";

    /// <summary>It is ready and belongs to its cluster's container manager, where there is one.</summary>
    public const string Active = "active";

    /// <summary>It does not answer, or could not be made a node; see its reason.</summary>
    public const string Failed = "failed";
}
