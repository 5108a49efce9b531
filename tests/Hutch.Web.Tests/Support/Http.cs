using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Hutch.Web.Tests.Support;

/// <summary>Requests and their answers as JSON.</summary>
public static class Http
{
    public static async Task<(HttpStatusCode Status, JsonNode? Json)> AskAsync(this HttpClient client, HttpMethod method, string path, JsonNode? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    /// <summary>What an answer must be when all is well.</summary>
    public static async Task<JsonNode> GetJsonAsync(this HttpClient client, string path)
    {
        var (status, json) = await client.AskAsync(HttpMethod.Get, path);
        Assert.True(status == HttpStatusCode.OK, $"{path}: {status} {json}");
        return json!;
    }

    public static Task<(HttpStatusCode Status, JsonNode? Json)> PostAsync(this HttpClient client, string path, JsonNode body) => client.AskAsync(HttpMethod.Post, path, body);
}
