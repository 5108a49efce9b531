using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Web.Deployed;

/// <summary>Asks the program that simulates the detector, over HTTP.</summary>
internal sealed class SimulatorClient(Instrument instrument) : IDisposable
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = 1 << 20 };

    /// <summary>Where it answers.</summary>
    public string Address => instrument.Settings.Simulator.ToString().TrimEnd('/');

    /// <summary>Asks, and reads the answer.</summary>
    /// <exception cref="HttpRequestException">It does not answer, or not well.</exception>
    /// <exception cref="OperationCanceledException">It takes too long.</exception>
    /// <exception cref="JsonException">It answers something else.</exception>
    /// <exception cref="UserErrorException">It refuses; the message says why.</exception>
    public async Task<JsonObject> AskAsync(HttpMethod method, string path, JsonObject? body = null)
    {
        using var request = new HttpRequestMessage(method, Address + path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _client.SendAsync(request).ConfigureAwait(false);
        var answer = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
        if (response.StatusCode == System.Net.HttpStatusCode.BadRequest && body is not null && JsonNode.Parse(answer)?["message"] is JsonValue message)
            throw new UserErrorException(message.ToString());
        response.EnsureSuccessStatusCode();
        return JsonNode.Parse(answer) as JsonObject ?? throw new JsonException("the simulator's answer is not an object");
    }

    public void Dispose() => _client.Dispose();
}
