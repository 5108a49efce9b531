using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Cli;

/// <summary>The options by which the <c>hutch daq</c> commands find their server, and the calls they make. One object a command.</summary>
internal sealed class DaqConnection
{
    private const string UrlVariable = "STD_DAQ_API_URL";
    private const string TokenVariable = "HUTCH_TOKEN";

    private readonly Option<string?> _url = new("--url", "-b") { Description = $"Where the rest program answers (environment: {UrlVariable}; default: http://127.0.0.1:5000).", HelpName = "URL" };
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON." };

    public void AddTo(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_json);
    }

    public bool WantsJson(ParseResult options) => options.GetValue(_json);

    /// <summary>Runs a command, and tells its errors.</summary>
    public async Task<int> RunAsync(string command, ParseResult options, Func<HttpClient, Task<int>> action)
    {
        try
        {
            using var client = Open(options);
            return await action(client).ConfigureAwait(false);
        }
        catch (UserErrorException error)
        {
            return UserErrors.Report(command, error);
        }
        catch (HttpRequestException error)
        {
            return UserErrors.Report(command, new UserErrorException($"{Url(options)} does not answer: {error.Message}; is it running (hutch run rest ...)? --url says where else", error));
        }
    }

    /// <summary>Asks, and returns what was answered.</summary>
    /// <exception cref="UserErrorException">The answer is an error; its own words are the message.</exception>
    public static async Task<JsonObject> AskAsync(HttpClient client, HttpMethod method, string path, JsonNode? body = null, CancellationToken cancel = default) =>
        await AskAnyAsync(client, method, path, body, cancel).ConfigureAwait(false) as JsonObject ?? throw new UserErrorException($"{path}: the answer is no object");

    /// <inheritdoc cref="AskAsync"/>
    public static async Task<JsonNode?> AskAnyAsync(HttpClient client, HttpMethod method, string path, JsonNode? body = null, CancellationToken cancel = default)
    {
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

    private HttpClient Open(ParseResult options)
    {
        if (!Uri.TryCreate(Url(options), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new UsageErrorException($"--url is {Url(options)}, but must be a URL such as http://127.0.0.1:5000");
        var client = new HttpClient { BaseAddress = new Uri(url.ToString().TrimEnd('/') + "/"), Timeout = Timeout.InfiniteTimeSpan };
        if (Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private string Url(ParseResult options) =>
        options.GetValue(_url) ?? (Environment.GetEnvironmentVariable(UrlVariable) is { Length: > 0 } url ? url : "http://127.0.0.1:5000");
}
