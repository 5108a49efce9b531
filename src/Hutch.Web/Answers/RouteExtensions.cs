using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hutch.Web.Answers;

/// <summary>Maps handlers whose results are written as answers, also those that take nothing but the request's context.</summary>
internal static class RouteExtensions
{
    public static RouteHandlerBuilder Get(this IEndpointRouteBuilder app, string path, Delegate handler) => app.MapGet(path, handler);

    public static RouteHandlerBuilder Post(this IEndpointRouteBuilder app, string path, Delegate handler) => app.MapPost(path, handler);

    public static RouteHandlerBuilder Patch(this IEndpointRouteBuilder app, string path, Delegate handler) => app.MapPatch(path, handler);
}
