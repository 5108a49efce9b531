using System.Diagnostics.CodeAnalysis;

namespace Hutch.Web.Description;

/// <summary>An example of a type as JSON; it must be valid by the type's schema.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ExampleAttribute([StringSyntax(StringSyntaxAttribute.Json)] string json) : Attribute
{
    public string Json { get; } = json;
}
