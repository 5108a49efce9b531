namespace Hutch.Services;

/// <summary>Tags that every service of a class has, besides those of the instance.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class TagsAttribute(params string[] tags) : Attribute
{
    /// <summary>The tags.</summary>
    public IReadOnlyList<string> Tags { get; } = tags;
}
