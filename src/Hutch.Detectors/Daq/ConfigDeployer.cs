using Hutch.Acquisitions;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hutch.Beamline.Control;
using Hutch.Detectors.Configuration;
using Hutch.Services;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Daq;

/// <summary>
/// Writes the configuration file of a server when the configuration in the store has changed, restarts the services that use it, and says
/// in the store how far it is: Deploying, Done, Error.
/// </summary>
public sealed class ConfigDeployer : AsyncService
{
    /// <summary>The file, beside the configuration file, that holds the id of the configuration deployed last.</summary>
    public const string LastDeployedFile = "LAST_DEPLOYED_CONFIG_ID";

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 2, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IStore _store;
    private readonly ConfigDeployerOptions _options;
    private readonly string _lastDeployed;
    private StreamId? _seen;

    /// <summary>Makes a deployer.</summary>
    public ConfigDeployer(IStore store, ConfigDeployerOptions options, ILogger? logger = null)
        : base($"config-deployer-{options.ServerName}", logger)
    {
        (_store, _options) = (store, options);
        _lastDeployed = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(options.File))!, LastDeployedFile);
    }

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        if (!Directory.Exists(Path.GetDirectoryName(_lastDeployed)))
            throw new UserErrorException($"the folder of {_options.File} does not exist; create it first");
        _seen = File.Exists(_lastDeployed) && StreamId.TryParse(File.ReadAllText(_lastDeployed).Trim(), out var id) ? id : null;
    }

    /// <inheritdoc/>
    protected override async Task<TimeSpan?> IterateAsync(CancellationToken stop)
    {
        try
        {
            if (await _store.NewestAsync(DaqKeys.Configuration, 1, stop).ConfigureAwait(false) is [var entry] && entry.Id != _seen)
                await DeployAsync(entry, stop).ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            // The store's own log reports it; the next look may find it.
        }
        return LookInterval;
    }

    private async Task DeployAsync(StreamEntry entry, CancellationToken stop)
    {
        await SayAsync(entry.Id, DeploymentStatus.Deploying, null, stop).ConfigureAwait(false);
        try
        {
            var text = entry.Text(StoreText.JsonField) ?? "";
            _ = DaqConfigurationFile.Parse(text, $"{entry.Id} of the store");
            using var json = JsonDocument.Parse(text);
            if (Write(JsonSerializer.Serialize(json.RootElement, Indented)))
                await Task.Run(Restart, stop).ConfigureAwait(false);
            await SayAsync(entry.Id, DeploymentStatus.Done, null, stop).ConfigureAwait(false);
            await File.WriteAllTextAsync(_lastDeployed, entry.Id.ToString(), stop).ConfigureAwait(false);
            Logger.LogInformation("{Service}: configuration {Id} is in {File}", ServiceName, entry.Id, _options.File);
        }
        catch (Exception error) when (error is UserErrorException and not StoreUnavailableException or IOException or UnauthorizedAccessException)
        {
            Logger.LogError("{Service}: configuration {Id} was not deployed: {Reason}", ServiceName, entry.Id, error.Message);
            await SayAsync(entry.Id, DeploymentStatus.Error, error.Message, stop).ConfigureAwait(false);
        }
        _seen = entry.Id;
    }

    // Readers see the old file or the new one, never a part.
    private bool Write(string text)
    {
        if (File.Exists(_options.File) && File.ReadAllText(_options.File) == text)
            return false;
        var next = _options.File + ".next";
        File.WriteAllText(next, text);
        if (File.Exists(_options.File) && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(next, File.GetUnixFileMode(_options.File));
        File.Move(next, _options.File, overwrite: true);
        return true;
    }

    private void Restart()
    {
        var selectors = new List<ServiceSelector>();
        if (_options.Restart.Count > 0)
            selectors.Add(new ServiceSelector { Names = _options.Restart });
        if (_options.RestartTags.Count > 0)
            selectors.Add(new ServiceSelector { Tags = _options.RestartTags });
        foreach (var selector in selectors)
        {
            using var client = ControlClient.Connect(_options.Beamline);
            foreach (var reply in client.Send(new ControlRequest { Command = "restart", Services = selector, TimeoutS = 60 }))
                Logger.LogInformation("{Service}: restarted {Names}", ServiceName, string.Join(", ", reply.Services?.Select(s => s.Name) ?? []));
        }
    }

    private Task<StreamId> SayAsync(StreamId configuration, string message, string? detail, CancellationToken cancel)
    {
        List<StoreField> fields = [new("server_name", _options.ServerName), new("message", message)];
        if (detail is not null)
            fields.Add(new("detail", detail));
        return _store.AppendAsync(DaqKeys.Deployment(configuration), fields, cancel: cancel);
    }
}
