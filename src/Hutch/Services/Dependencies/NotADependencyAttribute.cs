namespace Hutch.Services.Dependencies;

/// <summary>Says that the service in this field or property is known to its holder without being needed by it, like an owner.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class NotADependencyAttribute : Attribute;
