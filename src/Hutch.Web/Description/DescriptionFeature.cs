using System.Text.Json;
using System.Text.Json.Serialization;
using Hutch.Web.Features;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Hutch.Web.Description;

/// <summary>The description of the interface: an OpenAPI document, and a page to read it.</summary>
internal sealed class DescriptionFeature : IWebFeature
{
    /// <summary>Where the document is.</summary>
    public const string Document = "/openapi.json";

    public IReadOnlyList<PageLink> Links { get; } = [new("API", "/docs", "every path of the REST interfaces, with its parameters and answers")];

    public void AddServices(IServiceCollection services) => services.ConfigureHttpJsonOptions(json =>
    {
        json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
    }).AddOpenApi("v1", options => options.AddOperationTransformer<OperationDetails>().AddSchemaTransformer<SchemaExamples>().AddDocumentTransformer((document, _, _) =>
    {
        document.Info = new() { Title = "Hutch", Version = "1", Description = "The REST interface of deployed systems, and Hutch's own under /api/v1." };
        document.Servers?.Clear();
        return Task.CompletedTask;
    }));

    public void Map(WebApplication app)
    {
        app.MapOpenApi(Document).ExcludeFromDescription();
        app.MapGet("/docs", () => new RazorComponentResult<DescriptionPage>()).ExcludeFromDescription();
    }
}
