using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Hosting;

/// <summary>The REST server of an instrument (<c>hutch run rest</c>) as its clients see it: its address, the client's token, and its errors.</summary>
public static class RestClient
{
    /// <summary>The environment variable that says where the server answers.</summary>
    public const string UrlVariable = "STD_DAQ_API_URL";

    /// <summary>The environment variable with the token, which a command line would show to every user of the machine.</summary>
    public const string TokenVariable = "HUTCH_TOKEN";

    /// <summary>Where the server answers: as given, or as the environment says, or <c>http://127.0.0.1:5000</c>.</summary>
    public static string Url(string? given) => given ?? StartupVariables.ValueOf(UrlVariable) ?? "http://127.0.0.1:5000";

    /// <summary>Makes a client that sends the token of the environment, if there is one.</summary>
    /// <param name="url">See <see cref="Url"/>; paths are relative to it.</param>
    /// <param name="timeout">The longest wait for an answer.</param>
    /// <exception cref="UsageErrorException">It is not an HTTP URL.</exception>
    public static HttpClient Open(string? url, TimeSpan timeout)
    {
        if (!Uri.TryCreate(Url(url).TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new UsageErrorException($"--url is {Url(url)}, but must be a URL such as http://127.0.0.1:5000");
        var client = new HttpClient { BaseAddress = address, Timeout = timeout };
        if (StartupVariables.ValueOf(TokenVariable) is { } token)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Asks, and returns what was answered.</summary>
    /// <exception cref="UserErrorException">The answer is an error; its own words are the message.</exception>
    /// <exception cref="HttpRequestException">There is no answer.</exception>
    public static async Task<JsonObject> AskAsync(HttpClient client, HttpMethod method, string path, JsonNode? body = null, CancellationToken cancel = default) =>
        await AskAnyAsync(client, method, path, body, cancel).ConfigureAwait(false) as JsonObject ?? throw new UserErrorException($"{path}: the answer is not an object");

    /// <inheritdoc cref="AskAsync"/>
    public static async Task<JsonNode?> AskAnyAsync(HttpClient client, HttpMethod method, string path, JsonNode? body = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request, cancel).ConfigureAwait(false);
        var answer = Parse(await response.Content.ReadAsStringAsync(cancel).ConfigureAwait(false));
        // The deployed interface answers errors with 200 too, and says so in the answer.
        if (response.IsSuccessStatusCode && ((answer as JsonObject)?["status"] is not { } status || status.ToString() != "error"))
            return answer;
        throw new UserErrorException(Message(answer as JsonObject) ?? $"{path}: the server answered {(int)response.StatusCode} {response.ReasonPhrase}");
    }

    private static string? Message(JsonObject? answer) => (answer?["message"] ?? answer?["detail"]) switch
    {
        null => null,
        JsonArray details => string.Join("; ", details.Select(d => $"{(d?["loc"] as JsonArray)?.LastOrDefault()}: {d?["msg"]}")),
        var text => text.ToString(),
    };

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
