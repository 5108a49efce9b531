namespace Hutch.Fleet.Records;

/// <summary>Marks an attribute that notifications leave out.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class HiddenAttribute : Attribute;
