namespace Hutch.Services.Counting;

/// <summary>What a service has counted so far.</summary>
/// <param name="Name">What is counted, dotted: <c>hutch.receiver.packets</c>.</param>
/// <param name="Unit">Of what, in braces as OpenTelemetry has it (<c>{packet}</c>), or <c>By</c> for bytes.</param>
/// <param name="Value">How many since its start.</param>
public sealed record ServiceCount(string Name, string Unit, long Value);
