using System.Reflection;
using System.Text.Json;

namespace Hutch.Bus.Methods;

/// <summary>A parameter that callers give.</summary>
internal sealed class MethodParameter
{
    public MethodParameter(ParameterInfo parameter, int position, bool nullable)
    {
        Position = position;
        Type = parameter.ParameterType;
        HasDefault = parameter.HasDefaultValue;
        Nullable = nullable;
        DotNetName = parameter.Name!;
        Name = JsonNamingPolicy.SnakeCaseLower.ConvertName(DotNetName);
        Utf8Name = System.Text.Encoding.UTF8.GetBytes(Name);
        Utf8DotNetName = System.Text.Encoding.UTF8.GetBytes(DotNetName);
    }

    public int Position { get; }

    public Type Type { get; }

    public bool HasDefault { get; }

    /// <summary>Whether null is a value for it.</summary>
    public bool Nullable { get; }

    /// <summary>The name on the bus: snake_case.</summary>
    public string Name { get; }

    /// <summary>The name in the source, which is understood as well.</summary>
    public string DotNetName { get; }

    public byte[] Utf8Name { get; }

    public byte[] Utf8DotNetName { get; }
}
