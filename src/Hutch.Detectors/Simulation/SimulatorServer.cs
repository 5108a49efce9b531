using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Hosting;
using Hutch.Services;
using Hutch.Services.Dependencies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Simulation;

/// <summary>Starts and stops a simulator over HTTP as the deployed one is: <c>/status</c>, <c>/start</c>, <c>/stop</c>.</summary>
public sealed class SimulatorServer : HttpService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _detectorName;
    private readonly bool _streaming;
    private readonly Func<SimulatorSettings, UdpSimulator> _make;
    private SimulatorSettings _settings;
    private readonly Lock _gate = new();

    // This service starts and ends the simulator; the simulator must not wait for it.
    [NotADependency]
    private UdpSimulator? _simulator;

    /// <summary>Makes the server.</summary>
    /// <param name="detectorName">Whose simulator it is.</param>
    /// <param name="address">Where it listens.</param>
    /// <param name="settings">What it sends until the settings are changed.</param>
    /// <param name="make">Makes a simulator.</param>
    /// <param name="streaming">Whether it sends immediately; otherwise it waits for a start command.</param>
    /// <param name="loggers">Makes its logger.</param>
    public SimulatorServer(string detectorName, HttpAddress address, SimulatorSettings settings, Func<SimulatorSettings, UdpSimulator> make, bool streaming, ILoggerFactory loggers)
        : base($"simulator-{detectorName}", address, loggers) => (_detectorName, _settings, _make, _streaming) = (detectorName, settings, make, streaming);

    /// <summary>What the simulator has sent since its last start.</summary>
    public SimulatorCounters Counters => _simulator?.Counters ?? new SimulatorCounters();

    /// <inheritdoc/>
    protected override void Map(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapGet("/status", () => Answer());
        // Hutch's own: the answers of the others are those of the deployed simulator, member by member.
        app.MapGet("/settings", () => Results.Text(_settings.ToJson().ToJsonString(), "application/json"));
        app.MapPost("/start", async (HttpRequest request) =>
        {
            try
            {
                Start(again: true, await ChangesAsync(request));
                return Answer();
            }
            catch (Exception error) when (error is UserErrorException or JsonException)
            {
                return Results.Text(new JsonObject { ["status"] = "error", ["message"] = error.Message }.ToJsonString(), "application/json", statusCode: StatusCodes.Status400BadRequest);
            }
        });
        app.MapPost("/stop", () =>
        {
            End();
            return Answer();
        });
        if (_streaming)
            Start(again: false, []);
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        base.OnStopped();
        End();
    }

    // Hutch's own: a body says what is to be sent from now on.
    private static async Task<JsonObject> ChangesAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        return body.Length == 0 ? [] : JsonNode.Parse(body.GetBuffer().AsSpan(0, (int)body.Length)) as JsonObject ?? throw new UserErrorException("the body must be an object of settings, or nothing");
    }

    // A start while it sends starts counting from the beginning, as deployed.
    private void Start(bool again, JsonObject changes)
    {
        lock (_gate)
        {
            _settings = _settings.With(changes);
            if (again)
                End();
            _simulator?.Dispose();
            _simulator = _make(_settings);
            _simulator.Start();
        }
    }

    private void End()
    {
        lock (_gate)
        {
            if (_simulator is not { IsServiceAlive: true } simulator)
                return;
            simulator.Stop();
            if (!simulator.WaitTillStopped(Patience))
                _ = simulator.Kill();
        }
    }

    private IResult Answer()
    {
        var streaming = _simulator is { IsServiceAlive: true };
        return Results.Text(new JsonObject
        {
            ["status"] = "ok",
            ["message"] = $"Simulator for {_detectorName}.",
            ["simulator"] = new JsonObject
            {
                ["status"] = streaming ? "STREAMING" : "READY",
                ["stats"] = new JsonObject { ["n_generated_images"] = Counters.Images },
            },
        }.ToJsonString(), "application/json");
    }
}
