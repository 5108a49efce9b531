namespace Hutch.Web.Security;

/// <summary>What somebody may do.</summary>
public enum Role
{
    /// <summary>Look.</summary>
    Reader,

    /// <summary>Look, and change things.</summary>
    Operator,
}
