using System.ComponentModel;

namespace Hutch.Web.Description;

[Description("Why a request was refused.")]
[Example("""{"detail": "a token is needed: Authorization: Bearer TOKEN"}""")]
internal sealed record Refusal([property: Description("The reason and the way out.")] string Detail);

[Description("Why a request was refused (RFC 9457).")]
[Example("""{"title": "Not Found", "status": 404, "detail": "there is no acquisition 1-1"}""")]
internal sealed record Problem(
    [property: Description("The status code in words.")] string Title,
    [property: Description("The status code.")] int Status,
    [property: Description("The reason and the way out.")] string Detail)
{
    [Description("Where the status code is described.")]
    public string? Type { get; init; }
}

[Description("What is wrong in a request.")]
[Example("""{"detail": [{"loc": ["body", "n_images"], "msg": "field required", "type": "value_error.missing"}]}""")]
internal sealed record InvalidRequest([property: Description("One entry for each mistake.")] IReadOnlyList<InvalidPart> Detail);

[Description("A mistake in a request.")]
internal sealed record InvalidPart(
    [property: Description("Where: body, path or query, and the name.")] IReadOnlyList<System.Text.Json.Nodes.JsonNode> Loc,
    [property: Description("What.")] string Msg,
    [property: Description("The kind of mistake.")] string Type);
