using System.Text.Json;

namespace Hutch.Bus.Methods;

/// <summary>Says in the words of JSON what a type is.</summary>
internal static class ParameterSchema
{
    public static string NameOf(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return $"{NameOf(inner)} or null";
        if (type.IsEnum)
            return $"one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}";
        if (type == typeof(string) || type == typeof(Guid) || type == typeof(DateTime) || type == typeof(DateTimeOffset) || type == typeof(TimeSpan) || type == typeof(byte[]))
            return "text";
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => "true or false",
            TypeCode.Single or TypeCode.Double or TypeCode.Decimal => "a number",
            >= TypeCode.SByte and <= TypeCode.UInt64 => "a whole number",
            TypeCode.Char => "one character",
            _ => type == typeof(JsonElement) || type == typeof(object) ? "any JSON" : IsList(type) ? "an array" : "an object",
        };
    }

    /// <summary>The name of the JSON Schema type; null if any will do.</summary>
    public static string? SchemaType(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return NameOf(type) switch
        {
            "text" or "one character" => "string",
            "true or false" => "boolean",
            "a number" => "number",
            "a whole number" => "integer",
            "an array" => "array",
            "any JSON" => null,
            "an object" => "object",
            _ => "string",
        };
    }

    private static bool IsList(Type type) =>
        type.IsArray || (type.IsAssignableTo(typeof(System.Collections.IEnumerable)) && !type.IsAssignableTo(typeof(System.Collections.IDictionary))
            && !type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IDictionary<,>)));
}
