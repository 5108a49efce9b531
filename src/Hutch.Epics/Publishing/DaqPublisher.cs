using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Epics.ChannelAccess;
using Hutch.Epics.Serving;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Publishing;

/// <summary>Keeps <see cref="DaqPvs"/> as the REST server of the instrument says, and passes starts and stops on to it.</summary>
public sealed class DaqPublisher : AsyncService
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient _client;
    private readonly DaqPvs _pvs;

    /// <summary>Makes the service.</summary>
    /// <param name="prefix">The prefix of each PV's name, such as <c>HUTCH:</c>.</param>
    /// <param name="client">Knows where the REST server is, and the token if it wants one; closed with the service.</param>
    /// <param name="logger">Where it logs; null: nowhere.</param>
    public DaqPublisher(string prefix, HttpClient client, ILogger? logger = null)
        : base("daq-publisher", logger)
    {
        _client = client;
        _pvs = new DaqPvs(command => Command(command).GetAwaiter().GetResult());
        Source = new PropertyPvs(prefix, _pvs);
    }

    /// <summary>The PVs.</summary>
    public PropertyPvs Source { get; }

    /// <inheritdoc/>
    protected override async Task<TimeSpan?> IterateAsync(CancellationToken stop)
    {
        try
        {
            var current = await RestClient.AskAsync(_client, HttpMethod.Get, "api/v1/acquisitions/current", cancel: stop).ConfigureAwait(false);
            var statistics = await RestClient.AskAsync(_client, HttpMethod.Get, "daq/stats", cancel: stop).ConfigureAwait(false);
            Take(current, statistics["stats"] as JsonObject);
            if (!_pvs.Connected)
                Logger.LogInformation("{Service}: {Url} answers", ServiceName, _client.BaseAddress);
            _pvs.Connected = true;
            Source.Refresh(AlarmOf(_pvs.Acquisition));
        }
        catch (Exception error) when (error is HttpRequestException or UserErrorException or InvalidOperationException || (error is OperationCanceledException && !stop.IsCancellationRequested))
        {
            if (_pvs.Connected)
                Logger.LogWarning("{Service}: {Url} does not answer: {Reason}", ServiceName, _client.BaseAddress, error.Message);
            _pvs.Connected = false;
            Source.Refresh(new AlarmState(AlarmStatus.Comm, AlarmSeverity.Invalid));
        }
        return LookInterval;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _client.Dispose();
    }

    private static AlarmState AlarmOf(string acquisition) =>
        acquisition == "FAILED" ? new AlarmState(AlarmStatus.State, AlarmSeverity.Major) : AlarmState.None;

    private void Take(JsonObject current, JsonObject? statistics)
    {
        _pvs.State = ((string?)current["state"] ?? "UNKNOWN").ToUpperInvariant();
        _pvs.ImageRate = Number(statistics?["images_per_second"]);
        _pvs.Throughput = Number(statistics?["bytes_per_second"]);
        if (current["acquisition"] is not JsonObject acquisition)
            return;
        _pvs.Acquisition = ((string?)acquisition["state"] ?? "").ToUpperInvariant();
        _pvs.Message = (string?)acquisition["message"] ?? "";
        _pvs.File = (string?)acquisition["info"]?["output_file"] ?? "";
        _pvs.ImagesWritten = Number(acquisition["stats"]?["n_write_completed"]);
        _pvs.ImagesRequested = Number(acquisition["stats"]?["n_write_requested"]);
        _pvs.ImagesLost = Number(acquisition["with_missing_packets"]) + Number(acquisition["overwritten"]);
    }

    private Task<JsonNode?> Command(string command) => command == "start"
        ? RestClient.AskAnyAsync(_client, HttpMethod.Post, "api/v1/acquisitions", new JsonObject { ["n_images"] = (long)_pvs.NImages, ["output_file"] = _pvs.OutputFile })
        : RestClient.AskAnyAsync(_client, HttpMethod.Post, "api/v1/acquisitions/current/stop");

    private static double Number(JsonNode? node) => node?.GetValueKind() == JsonValueKind.Number ? node.GetValue<double>() : 0;
}
