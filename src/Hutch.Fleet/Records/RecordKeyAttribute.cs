namespace Hutch.Fleet.Records;

/// <summary>Marks the attribute of a record by which it is found: the address of a host, the name of a cluster.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RecordKeyAttribute : Attribute;
