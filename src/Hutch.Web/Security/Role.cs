namespace Hutch.Web.Security;

/// <summary>What a user may do.</summary>
public enum Role
{
    /// <summary>Look.</summary>
    Reader,

    /// <summary>Look, and change things.</summary>
    Operator,
}
