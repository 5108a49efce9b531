namespace Hutch.Supervision;

/// <summary>Services that are restarted together. Unless the strategy is one-for-one, they also start one after the other.</summary>
/// <param name="Name">The group's name.</param>
/// <param name="Strategy">What else is restarted when one of them is.</param>
public sealed record SupervisionGroup(string Name, GroupStrategy Strategy);
