using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hutch.Web.Deployed;

/// <summary>Describes endpoints that read their bodies themselves.</summary>
internal static class DescriptionExtensions
{
    public static RouteHandlerBuilder Describe<TBody>(this RouteHandlerBuilder endpoint, string summary)
        where TBody : notnull => endpoint.WithSummary(summary).WithMetadata(new BodyDescription(typeof(TBody)));
}
