using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Beamline.Control;
using Hutch.Hosting;

namespace Hutch.Cli;

/// <summary>What <c>hutch top</c> knows: the services from the control socket, the acquisition from the REST server if that answers.</summary>
internal sealed class TopSource : IDisposable
{
    private readonly string? _beamline;
    private readonly HttpClient _client;

    public TopSource(string? beamline, string? url)
    {
        _beamline = beamline;
        _client = RestClient.Open(url, TimeSpan.FromSeconds(1));
    }

    public IReadOnlyList<ServiceStatus> Services { get; private set; } = [];

    /// <summary>The writers and the acquisition as REST has them; null if it does not answer.</summary>
    public JsonObject? Writers { get; private set; }

    /// <summary>Why there are no services, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>When the services were last heard of.</summary>
    public DateTimeOffset HeardAt { get; private set; }

    public void Refresh()
    {
        try
        {
            Services = Ask(new ControlRequest { Command = "services" });
            (Error, HeardAt) = (null, DateTimeOffset.UtcNow);
        }
        catch (UserErrorException error)
        {
            Error = error.Message;
        }
        try
        {
            Writers = JsonNode.Parse(_client.GetStringAsync("api/v1/acquisitions/current").GetAwaiter().GetResult()) as JsonObject;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or JsonException)
        {
            Writers = null;
        }
    }

    /// <summary>Has a service start, stop or restart.</summary>
    /// <returns>What came of it.</returns>
    public string Act(string action, string service)
    {
        try
        {
            Ask(new ControlRequest { Command = action, Services = new ServiceSelector { Names = [service] } });
            return $"{service}: {action} is done";
        }
        catch (UserErrorException error)
        {
            return error.Message.Split('\n')[0];
        }
    }

    /// <summary>The log lines of a service.</summary>
    public IReadOnlyList<string> Log(string service)
    {
        try
        {
            using var client = ControlClient.Connect(_beamline);
            return [.. client.Send(new ControlRequest { Command = "logs", Services = new ServiceSelector { Names = [service] } }).Select(r => r.Line ?? "")];
        }
        catch (UserErrorException error)
        {
            return [error.Message];
        }
    }

    public void Dispose() => _client.Dispose();

    private List<ServiceStatus> Ask(ControlRequest request)
    {
        using var client = ControlClient.Connect(_beamline);
        return [.. client.Send(request).SelectMany(r => r.Services ?? [])];
    }
}
