namespace Hutch.Bus;

/// <summary>
/// Exposes a method on the bus. Not needed on methods that are called <c>On…</c> (<c>OnWordyAdd</c> is <c>wordy_add</c>)
/// unless they should have another name.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BusMethodAttribute : Attribute
{
    /// <summary>Exposes the method under the name that follows from its own.</summary>
    public BusMethodAttribute()
    {
    }

    /// <summary>Exposes the method under a name.</summary>
    public BusMethodAttribute(string name) => Name = name;

    /// <summary>The name on the bus, or null for the one that follows from the method's.</summary>
    public string? Name { get; }

    /// <summary>What the method does, for those who ask the service.</summary>
    public string? Description { get; init; }
}
