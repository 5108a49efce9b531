using System.Text.Json.Nodes;
using Hutch.Native.Hdf5;
using Hutch.Web.Answers;
using Hutch.Web.Description;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hutch.Web.Api.Files;

/// <summary>The files of acquisitions by the protocol of h5grove 4: <c>meta</c>, <c>attr</c>, <c>data</c>, <c>paths</c>. Only what is asked for is read.</summary>
internal sealed class H5groveEndpoints(KnownFiles files)
{
    /// <summary>What may be read in one go: an image of a large detector is half of it.</summary>
    private const long LargestAnswer = 256 << 20;

    private const int MostPaths = 10_000;

    public void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/h5grove").WithTags("Files");
        File(group.Get("/meta", (HttpContext c) => TextAsync(c, (file, path) => Describe(file, Find(file, path), path)))).WithSummary("Describes an object of a file.").Answers<JsonNode>();
        File(group.Get("/attr", (HttpContext c) => TextAsync(c, (file, path) => Attributes(file, path, Query.All(c.Request, "attr_keys"))))).WithSummary("The values of an object's attributes.").Answers<JsonNode>()
            .Query<IReadOnlyList<string>>("attr_keys", "Only these.");
        File(group.Get("/paths", (HttpContext c) => TextAsync(c, Paths))).WithSummary("The paths of all objects below one.").Answers<IReadOnlyList<string>>();
        File(group.Get("/data", DataAsync)).WithSummary("The elements of a dataset, or of a part of it.").AnswersWith("application/octet-stream")
            .Query<string>("selection", "A part in numpy notation, such as 3,0:100,::2.").Query<string>("format", "json (default), bin, npy or tiff.").Query<string>("flatten", "Ignored: elements are always in one row.").Query<string>("dtype", "origin or safe; both give what can be read.");
    }

    private static RouteHandlerBuilder File(RouteHandlerBuilder endpoint) => endpoint.Query<string>("file", "The path of the file, which must be of an acquisition.").Query<string>("path", "The path of the object in it; / by default.");

    private Task<IResult> TextAsync(HttpContext context, Func<Hdf5File, string, JsonNode?> make) => AnswerAsync(context, (file, path) =>
        Results.Text(make(file, path)?.ToJsonString() ?? "null", "application/json"));

    private Task<IResult> DataAsync(HttpContext context) => AnswerAsync(context, (file, path) =>
    {
        if (Find(file, path) is not { Kind: Hdf5NodeKind.Dataset, Type: { } type, Shape: { } shape })
            throw new BadHttpRequestException($"{path} is not a dataset with elements");
        var selection = Selection.Parse(Query.Text(context.Request, "selection"), shape);
        if (selection.Elements * Math.Max(1, type.Size) > LargestAnswer)
            throw new BadHttpRequestException($"{path} has {selection.Elements * type.Size} bytes there, but one answer has at most {LargestAnswer}; choose a part with selection");
        byte[] Bytes() => file.ReadBytes(path, selection.Start, selection.Count, selection.Step);
        context.Response.Headers.CacheControl = "no-store";   // the file may be growing
        return Query.Text(context.Request, "format") switch
        {
            "bin" => Results.Bytes(Safe(Bytes(), type), "application/octet-stream"),
            "npy" => Results.Bytes(NumpyFile.Npy(Bytes(), type, selection.Shape), "application/octet-stream", $"{path.Split('/')[^1]}.npy"),
            "tiff" => Results.Bytes(NumpyFile.Tiff(Bytes(), type, selection.Shape), "image/tiff", $"{path.Split('/')[^1]}.tiff"),
            null or "json" => Results.Text(H5groveShapes.Value(selection.Elements == 0 ? Array.Empty<object?>() : file.ReadValues(path, selection.Start, selection.Count, selection.Step))?.ToJsonString() ?? "null", "application/json"),
            var other => throw new BadHttpRequestException($"format is {other}; it must be json, bin, npy or tiff"),
        };
    });

    // h5grove's own shape of a refusal: h5web looks for these words.
    private async Task<IResult> AnswerAsync(HttpContext context, Func<Hdf5File, string, IResult> make)
    {
        try
        {
            var name = Query.Text(context.Request, "file") ?? throw new BadHttpRequestException("file must be given");
            var path = Query.Text(context.Request, "path") is { Length: > 0 } given ? given : "/";
            return await files.WithAsync(name, file => make(file, path.StartsWith('/') ? path : "/" + path), context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception error) when (error is UserErrorException or BadHttpRequestException)
        {
            return Results.Text(new JsonObject { ["message"] = error.Message }.ToJsonString(), "application/json", statusCode: error is NotFoundException ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest);
        }
    }

    private static Hdf5Node Find(Hdf5File file, string path) => file.Inspect(path) ?? throw new NotFoundException($"{path} is not a valid path in {file.Path}");

    private static JsonObject Describe(Hdf5File file, Hdf5Node node, string path)
    {
        var shape = H5groveShapes.Of(node);
        if (node.Kind == Hdf5NodeKind.Group)
            shape["children"] = new JsonArray([.. node.Children.Select(c => file.Inspect(Below(path, c))).OfType<Hdf5Node>().Select(H5groveShapes.Of)]);
        return shape;
    }

    private static JsonObject Attributes(Hdf5File file, string path, IReadOnlyList<string> wanted) =>
        new(file.ReadAttributes(path).Where(a => wanted.Count == 0 || wanted.Contains(a.Key)).Select(a => KeyValuePair.Create(a.Key, H5groveShapes.Value(a.Value))));

    private static JsonArray Paths(Hdf5File file, string path)
    {
        var found = new JsonArray();
        var open = new Queue<string>([path]);
        while (open.TryDequeue(out var next) && found.Count < MostPaths)
        {
            found.Add(next);
            foreach (var child in file.Names(next))
                open.Enqueue(Below(next, child));
        }
        return found;
    }

    private static string Below(string path, string name) => path == "/" ? "/" + name : $"{path}/{name}";

    // Numbers of 16 bits and a point have no array type in browsers.
    private static byte[] Safe(byte[] bytes, Hdf5TypeFacts type) => type is { Class: 1, Size: 2 }
        ? [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, Half>(bytes).ToArray().SelectMany(h => BitConverter.GetBytes((float)h))]
        : bytes;
}
