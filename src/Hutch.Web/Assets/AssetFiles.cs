using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hutch.Web.Assets;

/// <summary>The style sheets and scripts of the pages, which are part of the program.</summary>
internal static class AssetFiles
{
    private static readonly Dictionary<string, string> Types = new() { [".css"] = "text/css", [".js"] = "text/javascript", [".svg"] = "image/svg+xml" };

    public static void Map(WebApplication app) => app.MapGet("/assets/{name}", (string name) =>
        Types.TryGetValue(Path.GetExtension(name), out var type) && Assembly.GetExecutingAssembly().GetManifestResourceStream($"assets/{name}") is { } file
            ? Results.Stream(file, type)
            : Results.NotFound()).ExcludeFromDescription();
}
