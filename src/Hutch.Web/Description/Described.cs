using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Hutch.Web.Description;

/// <summary>Describes endpoints for the OpenAPI document: what they take and answer, and how they refuse.</summary>
internal static class Described
{
    /// <summary>The answer when all is well.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="status">Its status code.</param>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder endpoint, int status = StatusCodes.Status200OK) => endpoint.Answers(typeof(T), "application/json", status);

    /// <summary>The answer when all is well is no JSON.</summary>
    public static RouteHandlerBuilder AnswersWith(this RouteHandlerBuilder endpoint, string contentType) =>
        endpoint.Answers(contentType.StartsWith("text/", StringComparison.Ordinal) ? typeof(string) : typeof(byte[]), contentType, StatusCodes.Status200OK);

    /// <summary>All is said by the status code.</summary>
    public static RouteHandlerBuilder AnswersNothing(this RouteHandlerBuilder endpoint, int status) => endpoint.Answers(typeof(void), "application/json", status);

    /// <summary>The endpoint takes the selectors of <c>hutch services</c>.</summary>
    public static RouteHandlerBuilder Selects(this RouteHandlerBuilder endpoint) => endpoint
        .Query<IReadOnlyList<string>>("name", "Only these; may be repeated.")
        .Query<IReadOnlyList<string>>("tag", "Only those with one of these tags; may be repeated.")
        .Query<IReadOnlyList<string>>("exclude_tag", "Only those without these tags; may be repeated.")
        .Query<bool>("alive", "Only those that are running, or are not.")
        .Query<bool>("no_dependants", "Only those that no other service depends on.")
        .Query<bool>("no_alive_dependants", "Only those that no running service depends on.")
        .Query<string>("node", "Only those on this node.")
        .Query<string>("cluster", "Only those in this cluster.")
        .Query<string>("state", "Only those in this state.")
        .Query<string>("container", "Only those in this container: thread, pool, process.")
        .Query<int>("stop_priority", "Only those with this stop priority, 0 to 100.");

    /// <summary>The endpoint reads its body itself.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new BodyDescription(typeof(T)));

    /// <summary>The endpoint reads a parameter of the query itself.</summary>
    public static RouteHandlerBuilder Query<T>(this RouteHandlerBuilder endpoint, string name, string description) =>
        endpoint.WithMetadata(new QueryDescription(name, typeof(T), description));

    private static RouteHandlerBuilder Answers(this RouteHandlerBuilder endpoint, Type type, string contentType, int status)
    {
        endpoint.Add(builder =>
        {
            builder.Metadata.Add(new ProducesResponseTypeMetadata(status, type, [contentType]));
            var path = ((RouteEndpointBuilder)builder).RoutePattern.RawText ?? "";
            var isOwn = path.StartsWith("/api/v1", StringComparison.Ordinal);
            foreach (var refusal in Refusals(path, isOwn, builder.Metadata))
            {
                builder.Metadata.Add(refusal == StatusCodes.Status422UnprocessableEntity
                    ? new ProducesResponseTypeMetadata(refusal, typeof(InvalidRequest), ["application/json"])
                    : new ProducesResponseTypeMetadata(refusal, isOwn ? typeof(Problem) : typeof(Refusal), [isOwn ? "application/problem+json" : "application/json"]));
            }
        });
        return endpoint;
    }

    private static IEnumerable<int> Refusals(string path, bool isOwn, IList<object> metadata)
    {
        yield return StatusCodes.Status401Unauthorized;
        yield return StatusCodes.Status403Forbidden;
        yield return StatusCodes.Status429TooManyRequests;
        if (metadata.OfType<IAcceptsMetadata>().Any())
        {
            yield return StatusCodes.Status413PayloadTooLarge;
            yield return isOwn ? StatusCodes.Status409Conflict : StatusCodes.Status422UnprocessableEntity;
        }
        if (!isOwn)
            yield break;
        yield return StatusCodes.Status400BadRequest;
        yield return StatusCodes.Status503ServiceUnavailable;
        if (path.Contains('{'))
            yield return StatusCodes.Status404NotFound;
        if (path.Contains("/bus/", StringComparison.Ordinal) || path.Contains("/requests", StringComparison.Ordinal) || path.Contains("/fleet", StringComparison.Ordinal))
            yield return StatusCodes.Status504GatewayTimeout;
    }
}
