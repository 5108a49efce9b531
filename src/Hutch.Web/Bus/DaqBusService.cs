using Hutch.Acquisitions;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Detectors.Acquisitions;
using Hutch.Detectors.Daq;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Web.Bus;

/// <summary>The data acquisition as methods of the service <c>daq</c> on the bus.</summary>
internal sealed class DaqBusService(string url, Instrument instrument, ILogger? logger = null)
    : BusService(url, new ServeOptions { Name = "daq", Concurrency = 16 }, logger: logger)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [BusMethod(Description = "The current configuration and its id.")]
    public async Task<JsonObject> OnGetConfig() => Shape(await instrument.Daq.Configurations.PresentAsync().ConfigureAwait(false));

    [BusMethod(Description = "Changes members of the configuration.")]
    [BusError(typeof(UserErrorException))]
    public async Task<JsonObject> OnSetConfig(JsonElement config) =>
        Shape(await instrument.Daq.Configurations.ChangeAsync(JsonObject.Create(config) ?? throw new UserErrorException("config must be an object"), "bus").ConfigureAwait(false));

    [BusMethod(Description = "Restores an older configuration; without an id, the previous one.")]
    [BusError(typeof(UserErrorException))]
    public async Task<JsonObject> OnRollbackConfig(string? configId = null)
    {
        StreamId? id = null;
        if (configId is not null)
            id = StreamId.TryParse(configId, out var parsed) ? parsed : throw new UserErrorException($"config_id is {configId}; it has the form 1700000000000-0");
        return Shape(await instrument.Daq.Configurations.RollBackAsync(id, "bus").ConfigureAwait(false));
    }

    [BusMethod(Description = "Starts an acquisition, and waits for its end on request (at most 60 s).")]
    [BusError(typeof(UserErrorException))]
    public async Task<WriterStatus> OnStart(long nImages, string outputFile, ulong? runId = null, bool wait = false, IReadOnlyList<string>? pvs = null)
    {
        var status = await instrument.Daq.StartAcquisitionAsync(new WriteOrder(nImages, outputFile, runId, pvs)).ConfigureAwait(false);
        return wait ? await instrument.Daq.WaitForEndAsync(Limit).ConfigureAwait(false) ?? instrument.Daq.Status : status;
    }

    [BusMethod(Description = "Stops the running acquisition.")]
    [BusError(typeof(UserErrorException))]
    public async Task<WriterStatus> OnStop() => await instrument.Daq.StopAcquisitionAsync(Limit).ConfigureAwait(false) ?? instrument.Daq.Status;

    [BusMethod(Description = "The state of the writers, and the current or last acquisition.")]
    public WriterStatus OnStatus() => instrument.Daq.Status;

    [BusMethod(Description = "Images and bytes per second.")]
    public JsonNode? OnStats() => instrument.Recorder.Statistics?.DeepClone();

    [BusMethod(Description = "The newest acquisitions, by id.")]
    public Task<JsonObject> OnLogs(int n = 10) => AcquisitionLog.NewestAsync(instrument.Store, n);

    [BusMethod(Description = "Which servers have the configuration.")]
    public Task<DeploymentStatus> OnDeployment() => DeploymentStatus.ReadAsync(instrument.Store);

    private static JsonObject Shape(StoredConfiguration? stored) =>
        new() { ["config_id"] = stored?.Id.ToString(), ["config"] = stored?.Json.DeepClone() };
}
