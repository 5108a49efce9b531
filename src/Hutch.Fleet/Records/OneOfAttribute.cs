namespace Hutch.Fleet.Records;

/// <summary>Marks an attribute that has one of a few values.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OneOfAttribute(params string[] values) : Attribute
{
    public IReadOnlyList<string> Values { get; } = values;
}
