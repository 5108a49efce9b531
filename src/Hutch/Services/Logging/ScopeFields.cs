using Microsoft.Extensions.Logging;

namespace Hutch.Services.Logging;

/// <summary>Reads what the logging scopes say.</summary>
internal static class ScopeFields
{
    /// <summary>All fields; of those with the same name, the innermost.</summary>
    public static Dictionary<string, object?> All(IExternalScopeProvider? scopes)
    {
        var fields = new Dictionary<string, object?>();
        scopes?.ForEachScope(static (scope, all) =>
        {
            if (scope is not IEnumerable<KeyValuePair<string, object?>> named)
                return;
            foreach (var (name, value) in named)
                all[name] = value;
        }, fields);
        fields.Remove("{OriginalFormat}");
        return fields;
    }

    public static (string? Service, string? Node, string? Cluster) Identity(IExternalScopeProvider? scopes)
    {
        var fields = All(scopes);
        string? Get(string name) => fields.TryGetValue(name, out var value) ? value?.ToString() : null;
        return (Get("service"), Get("node"), Get("cluster"));
    }
}
