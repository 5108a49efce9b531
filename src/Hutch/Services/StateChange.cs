namespace Hutch.Services;

/// <summary>One step in the life of a service.</summary>
/// <param name="From">The state it left.</param>
/// <param name="To">The state it entered.</param>
/// <param name="At">When.</param>
/// <param name="Sequence">A number that grows over all services of the process, so that two changes can be put in order.</param>
/// <param name="Reason">Why, if it is not plain from the state.</param>
public sealed record StateChange(ServiceState From, ServiceState To, DateTimeOffset At, long Sequence, string? Reason);
