using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Beamline;
using Hutch.Beamline.Control;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Simulation;
using Hutch.Hosting;

namespace Hutch.Cli.Chaos;

/// <summary>A running beamline with a simulated detector, as its control socket and its REST server show it.</summary>
internal sealed class ChaosInstrument : IDisposable
{
    // A server whose process stands still must not hold the round up.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly HttpClient _client;
    private readonly ServiceEntry _simulator;

    /// <exception cref="UserErrorException">The beamline has no simulated detector, or nobody drives it.</exception>
    internal ChaosInstrument(BeamlineFile file)
    {
        Name = file.Name;
        _simulator = file.Services.Find(s => s.Program == "udp-simulator")
            ?? throw new UserErrorException($"{file.Path} has no udp-simulator: hutch chaos kills services, and so takes images from simulated detectors only");
        var rest = file.Services.Find(s => s.Program == "rest") ?? throw new UserErrorException($"{file.Path} has no rest, which drives the acquisitions");
        _client = RestClient.Open($"http://127.0.0.1:{Text(rest, "port") ?? "5000"}", Patience);
    }

    internal string Name { get; }

    public void Dispose() => _client.Dispose();

    /// <summary>The services that are wanted to run.</summary>
    internal List<ServiceStatus> Services()
    {
        using var client = ControlClient.Connect(Name);
        return [.. client.Send(new ControlRequest { Command = "services" }).SelectMany(r => r.Services ?? []).Where(s => s.Wanted)];
    }

    /// <summary>The configuration of the detector.</summary>
    internal async Task<DaqConfiguration> ConfigurationAsync() =>
        DaqConfigurationFile.Parse((await TryGetAsync("daq/config").ConfigureAwait(false))?["config"]?.ToJsonString() ?? "null", $"{_client.BaseAddress}daq/config");

    /// <summary>What the simulated detector sees.</summary>
    internal IPixelPattern Pattern(DaqConfiguration configuration) =>
        PixelPatterns.Create(Text(_simulator, "pattern") ?? "test", configuration, int.Parse(Text(_simulator, "seed") ?? "1", System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The answer to a GET; null while the server is away.</summary>
    internal async Task<JsonNode?> TryGetAsync(string path)
    {
        try
        {
            return JsonNode.Parse(await _client.GetStringAsync(path).ConfigureAwait(false));
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Tells the server to do something.</summary>
    /// <returns>Why it cannot be; null if it is done.</returns>
    internal async Task<string?> TryPostAsync(string path, JsonObject body)
    {
        try
        {
            await RestClient.AskAsync(_client, HttpMethod.Post, path, body).ConfigureAwait(false);
            return null;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or UserErrorException)
        {
            return error.Message;
        }
    }

    private static string? Text(ServiceEntry service, string option) =>
        service.Options is { } options && options.TryGetProperty(option, out var value) ? value.ToString() : null;
}
