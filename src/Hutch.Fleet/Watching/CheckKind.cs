namespace Hutch.Fleet.Watching;

/// <summary>What counts as an answer of a host.</summary>
public enum CheckKind
{
    /// <summary>Its SSH server says who it is: costs next to nothing, and needs no key.</summary>
    Banner,

    /// <summary>It lets us in.</summary>
    Login,
}
