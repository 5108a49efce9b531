namespace Hutch.Fleet.Records;

/// <summary>A record of the fleet. Its properties are the attributes of a JSON object, in snake_case.</summary>
public interface IRecord
{
    /// <summary>What the record is found by among those of its type.</summary>
    string Key { get; }
}
