using System.Text;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Hutch.Web.Description;

/// <summary>Gives operations their ids and describes their parameters.</summary>
internal sealed class OperationDetails : IOpenApiOperationTransformer
{
    private static readonly Dictionary<string, string> Parameters = new()
    {
        ["id"] = "The id, as given in answers.",
        ["name"] = "The name, as in the list.",
        ["buffer"] = "The buffer, as in the list.",
        ["pv"] = "The PV.",
        ["address"] = "The address of the host, as in the list.",
        ["method"] = "The method, without the name of its service.",
        ["image"] = "The number of the image in the file, counted from 0.",
        ["n_logs"] = "How many.",
        ["instrument"] = "The short name of the instrument.",
        ["side"] = "The longer side of the image in pixels, 16 to 2048; 512 by default.",
    };

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.OperationId = IdOf(context.Description.HttpMethod ?? "GET", context.Description.RelativePath ?? "");
        operation.Parameters ??= [];
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>())
            parameter.Description ??= Parameters.GetValueOrDefault(parameter.Name ?? "");
        foreach (var query in context.Description.ActionDescriptor.EndpointMetadata.OfType<QueryDescription>())
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = query.Name,
                In = ParameterLocation.Query,
                Description = query.Description,
                Schema = await context.GetOrCreateSchemaAsync(query.Type, cancellationToken: cancellationToken).ConfigureAwait(false),
            });
        }
    }

    /// <summary><c>POST /writer/write_async</c> is <c>postWriterWriteAsync</c>, <c>GET /api/v1/config/{id}</c> is <c>getConfigById</c>.</summary>
    internal static string IdOf(string method, string path)
    {
        var id = new StringBuilder(method.ToLowerInvariant());
        foreach (var segment in (path.StartsWith("api/v1/", StringComparison.Ordinal) ? path["api/v1/".Length..] : path).Split('/'))
        {
            if (segment.StartsWith('{'))
                id.Append("By");
            foreach (var word in segment.Split('{', '}', '_', '-', ':'))
                id.Append(word.Length > 0 ? $"{char.ToUpperInvariant(word[0])}{word[1..]}" : "");
        }
        return id.ToString();
    }
}
