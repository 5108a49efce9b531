using Microsoft.AspNetCore.Http.Metadata;

namespace Hutch.Web.Description;

/// <summary>What an endpoint that reads its body itself takes. Other types of content are not refused by the routing: the endpoint answers them.</summary>
internal sealed record BodyDescription(Type? RequestType) : IAcceptsMetadata
{
    public IReadOnlyList<string> ContentTypes { get; } = ["application/json", "*/*"];

    public bool IsOptional => true;
}
