namespace Hutch.Web.Security;

/// <summary>Who makes a request.</summary>
/// <param name="Name">By which the audit log knows them.</param>
/// <param name="Role">What they may do.</param>
public sealed record Caller(string Name, Role Role)
{
    /// <summary>A user on this machine, where no tokens are needed.</summary>
    public static Caller Local { get; } = new("local", Role.Operator);
}
