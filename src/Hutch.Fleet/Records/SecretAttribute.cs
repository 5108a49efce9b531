namespace Hutch.Fleet.Records;

/// <summary>Marks an attribute that is stored and sent sealed, and stands in no list.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretAttribute : Attribute;
