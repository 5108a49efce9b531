using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Bus.Requests;
using Hutch.Detectors.Acquisitions;
using Hutch.Detectors.Daq;
using Hutch.Store;
using Hutch.Web.Api.Requests;
using Hutch.Web.Api.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Web.Events;

/// <summary>Finds out what has changed and reports it: at once where changes are announced, once a second where they must be polled.</summary>
internal sealed class EventSource(Instrument instrument, EventHub hub, Beats beats, LossTally losses, ILogger logger) : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<string, string> _services = [];
    private Task _looking = Task.CompletedTask;
    private string _deployment = "";
    private JsonObject? _statistics;

    public void Start()
    {
        instrument.Daq.StatusChanged += OnStatus;
        instrument.Daq.Configurations.Changed += OnConfiguration;
        instrument.Recorder.AcquisitionStored += OnAcquisition;
        if (instrument.Broker is { } broker)
            broker.Statuses.Changed += OnRequest;
        _looking = LookAsync();
    }

    public void Dispose()
    {
        instrument.Daq.StatusChanged -= OnStatus;
        instrument.Daq.Configurations.Changed -= OnConfiguration;
        instrument.Recorder.AcquisitionStored -= OnAcquisition;
        if (instrument.Broker is { } broker)
            broker.Statuses.Changed -= OnRequest;
        _end.Cancel();
        _looking.Wait(TimeSpan.FromSeconds(2));
        _end.Dispose();
    }

    private void OnStatus(object? sender, WriterStatus status) => hub.Publish("writer", JsonSerializer.SerializeToNode(status));

    private void OnConfiguration(StoredConfiguration stored) => hub.Publish("config", new JsonObject { ["config_id"] = stored.Id.ToString(), ["config"] = stored.Json.DeepClone() });

    private void OnAcquisition(StreamId id, JsonObject record)
    {
        var shown = record.DeepClone().AsObject();
        shown["id"] = id.ToString();
        hub.Publish("acquisition", shown);
    }

    private void OnRequest(RequestProgress progress) => hub.Publish("request", RequestShapes.Of(progress));

    private async Task LookAsync()
    {
        using var timer = new PeriodicTimer(LookInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
            {
                FollowLosses();
                // Nobody listens: nobody is to be told.
                if (hub.Listeners > 0)
                    await LookOnceAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    // The journal keeps the latest only: so it is read also when nobody listens.
    private void FollowLosses()
    {
        try
        {
            losses.Follow();
        }
        catch (UserErrorException error)
        {
            logger.LogDebug("losses: {Reason}", error.Message);
        }
    }

    private async Task LookOnceAsync()
    {
        try
        {
            hub.Publish("beats", await beats.ReadAsync().ConfigureAwait(false));
            foreach (var service in beats.Services)
            {
                var state = $"{service.State} {service.Ready} {service.Pid} {service.Restarts} {service.UnreachableSince}";
                if (_services.GetValueOrDefault(service.Name) == state)
                    continue;
                _services[service.Name] = state;
                hub.Publish("service", BeamlineAccess.Shape(service));
            }
            var deployment = JsonSerializer.SerializeToNode(await DeploymentStatus.ReadAsync(instrument.Store, _end.Token).ConfigureAwait(false));
            if (_deployment != (_deployment = deployment!.ToJsonString()))
                hub.Publish("deployment", deployment);
            if (!ReferenceEquals(_statistics, _statistics = instrument.Recorder.Statistics))
                hub.Publish("statistics", _statistics);
        }
        catch (Exception error) when (error is UserErrorException)
        {
            logger.LogDebug("events: {Reason}", error.Message);
        }
    }
}
