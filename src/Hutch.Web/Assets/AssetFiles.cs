using System.Collections.Concurrent;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hutch.Web.Assets;

/// <summary>
/// The style sheets and scripts of the pages, which are part of the program. They are sent compressed, and again only when they have changed.
/// </summary>
internal static class AssetFiles
{
    /// <summary>Where they are. They hold no secret: a page that asks for a token needs them too.</summary>
    public const string Path = "/assets";

    private static readonly Dictionary<string, string> Types = new() { [".css"] = "text/css; charset=utf-8", [".js"] = "text/javascript; charset=utf-8", [".svg"] = "image/svg+xml" };
    private static readonly ConcurrentDictionary<string, Asset?> Known = new();

    public static void Map(WebApplication app) => app.MapGet(Path + "/{name}", Send).ExcludeFromDescription();

    private static IResult Send(HttpContext context, string name)
    {
        if (!Types.TryGetValue(System.IO.Path.GetExtension(name), out var type) || Find(name) is not { } asset)
            return Results.NotFound();
        context.Response.Headers.ETag = asset.Tag;
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.Vary = "Accept-Encoding";
        if (context.Request.Headers.IfNoneMatch == asset.Tag)
            return Results.StatusCode(StatusCodes.Status304NotModified);
        if (!context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
            return Results.Bytes(asset.Plain, type);
        context.Response.Headers.ContentEncoding = "gzip";
        return Results.Bytes(asset.Zipped, type);
    }

    private static Asset? Find(string name)
    {
        if (Known.TryGetValue(name, out var known))
            return known;
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream($"assets/{name}");
        return file is null ? null : Known.GetOrAdd(name, Read(file));   // what is not there is not kept: there are many such names
    }

    private static Asset Read(Stream file)
    {
        using var plain = new MemoryStream();
        file.CopyTo(plain);
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.SmallestSize))
            zip.Write(plain.GetBuffer().AsSpan(0, (int)plain.Length));
        return new Asset(plain.ToArray(), zipped.ToArray(), $"\"{Convert.ToHexStringLower(SHA256.HashData(plain.ToArray()).AsSpan(0, 12))}\"");
    }

    private sealed record Asset(byte[] Plain, byte[] Zipped, string Tag);
}
