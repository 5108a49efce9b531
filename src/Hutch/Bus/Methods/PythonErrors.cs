using System.Collections.Concurrent;
using System.Text.Json;

namespace Hutch.Bus.Methods;

/// <summary>The data that the deployed services put beside an error: the class of the exception, as Python prints it.</summary>
internal static class PythonErrors
{
    private static readonly ConcurrentDictionary<string, JsonElement> Known = new();

    /// <summary>No data: the member is left out.</summary>
    public static JsonElement Nothing => default;

    public static JsonElement DataOf(string exception) => Known.GetOrAdd(
        exception, name => JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["exception"] = $"<class '{name}'>" }));
}
