using System.Text.Json.Nodes;

namespace Hutch.Web.Deployed;

/// <summary>A request is not as it must be: answered with 422 and what is wrong where.</summary>
internal sealed class InvalidRequestException(JsonArray detail)
    : UserErrorException(string.Join("; ", detail.Select(d => $"{string.Join('.', d!["loc"]!.AsArray().Select(l => l!.ToString()))}: {d["msg"]}")))
{
    public JsonArray Detail { get; } = detail;
}
