using System.Reflection;
using System.Text.Json;
using Hutch.Bus.Methods;

namespace Hutch.Bus.Calls;

/// <summary>The names of methods and parameters on the bus.</summary>
internal static class CallNames
{
    /// <summary>The method of a routing key: what follows the last dot.</summary>
    public static string MethodOf(string routingKey) => routingKey[(routingKey.LastIndexOf('.') + 1)..];

    /// <summary>Whether a routing key is that of a method.</summary>
    public static bool IsMethodOf(string routingKey, string method) =>
        routingKey.EndsWith(method, StringComparison.Ordinal) && !method.Contains('.', StringComparison.Ordinal)
        && (routingKey.Length == method.Length || routingKey[^(method.Length + 1)] == '.');

    /// <summary>The same, as it stands in a JSON text.</summary>
    public static JsonEncodedText EncodedMethodOf(string routingKey) => Encode(MethodOf(routingKey));

    /// <summary>A name as it stands in a JSON text.</summary>
    public static JsonEncodedText Encode(string name) => JsonEncodedText.Encode(name, BusJson.WriterOptions.Encoder);

    /// <summary>The name on the bus of a method of an interface or of a dynamic call.</summary>
    public static string Of(MethodInfo method) => method.GetCustomAttribute<BusMethodAttribute>()?.Name ?? Of(method.Name);

    public static string Of(string name)
    {
        if (name.Length > 2 && name.StartsWith("On", StringComparison.Ordinal) && char.IsUpper(name[2]))
            name = name[2..];
        if (name.EndsWith("Async", StringComparison.Ordinal))
            name = name[..^"Async".Length];
        return JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
    }
}
