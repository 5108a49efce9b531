namespace Hutch.Supervision;

/// <summary>What else is restarted when one service of a group is.</summary>
public enum GroupStrategy
{
    /// <summary>Nothing else.</summary>
    OneForOne,

    /// <summary>Those that were added to the group after it.</summary>
    RestForOne,

    /// <summary>All of the group.</summary>
    AllForOne,
}
