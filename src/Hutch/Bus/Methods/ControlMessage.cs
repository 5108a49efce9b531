namespace Hutch.Bus.Methods;

/// <summary>A message to all processes.</summary>
/// <param name="Op">What is meant: <c>ping</c>, <c>info</c>, <c>stats</c>, <c>cancel</c>, <c>probe</c>.</param>
/// <param name="Service">The service that is meant, or null for all.</param>
/// <param name="Id">The call that is cancelled, or by which answers are known.</param>
/// <param name="ReplyTo">Where answers go.</param>
internal sealed record ControlMessage(string Op, string? Service, string Id, string? ReplyTo);
