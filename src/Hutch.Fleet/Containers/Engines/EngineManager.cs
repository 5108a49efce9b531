using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Docker.DotNet;
using Docker.DotNet.Models;
using Hutch.Bus;

namespace Hutch.Fleet.Containers.Engines;

/// <summary>Podman or Docker: both answer the API of the Docker engine (docs.docker.com/engine/api), on a socket of the node or by TCP.</summary>
internal sealed class EngineManager : RecordedManager
{
    private const string ManagerLabel = "hutch.container-manager";

    private readonly string _engine;
    private readonly EngineOptions _options;
    private readonly string _url;
    private readonly IList<Ulimit> _ulimits;

    /// <param name="name">The manager's name.</param>
    /// <param name="engine">podman or docker.</param>
    /// <param name="options">How it is reached.</param>
    /// <param name="nodes">Its nodes.</param>
    /// <exception cref="UserErrorException">An option is invalid.</exception>
    public EngineManager(string name, string engine, EngineOptions options, ManagedNodes nodes)
        : base(name, nodes)
    {
        (_engine, _options) = (engine, options);
        _url = options.ServerUrl ?? (engine == "podman" ? "unix:///run/podman/podman.sock" : "unix:///var/run/docker.sock");
        if (!Uri.TryCreate(UrlOf("host"), UriKind.Absolute, out var url) || url.Scheme is not ("unix" or "tcp" or "http"))
            throw new UserErrorException($"container manager {name}: options.server_url is {_url}; it must be unix:///PATH or tcp://HOST:PORT");
        _ulimits = [.. options.Ulimits.Select(limit => UlimitOf(limit.Key, limit.Value))];
    }

    public override async Task RegisterAsync(string address, CancellationToken cancel)
    {
        if (!_url.Contains("{address}", StringComparison.Ordinal) && (await Nodes.ListAsync(cancel).ConfigureAwait(false)).FirstOrDefault(n => n != address) is { } other)
            throw new ContainerManagerException($"container manager {Name} has one engine, {_url}, which is node {other}; put {{address}} in options.server_url for an engine on every node");
        await base.RegisterAsync(address, cancel).ConfigureAwait(false);
    }

    public override Task StopAsync(string address, string name, CancellationToken cancel) => AskAsync(address, async docker =>
    {
        await docker.Containers.StopContainerAsync(name, new ContainerStopParameters { WaitBeforeKillSeconds = _options.StopTimeoutS }, cancel).ConfigureAwait(false);
        await docker.Containers.RemoveContainerAsync(name, new ContainerRemoveParameters { Force = true }, cancel).ConfigureAwait(false);
        return true;
    }, cancel);

    protected override Task<JsonObject> ProbeAsync(string address, CancellationToken cancel) => AskAsync(address, async docker =>
    {
        var version = await docker.System.GetVersionAsync(cancel).ConfigureAwait(false);
        var info = await docker.System.GetSystemInfoAsync(cancel).ConfigureAwait(false);
        return new JsonObject
        {
            ["node"] = address, ["status"] = NodeState.Ok, ["engine"] = $"{_engine} {version.Version}", ["hostname"] = info.Name, ["cpus"] = info.NCPU, ["memory"] = info.MemTotal >> 20,
            ["containers"] = info.Containers, ["running"] = info.ContainersRunning,
        };
    }, cancel);

    protected override Task<Container> StartAsync(ContainerSpec spec, CancellationToken cancel) => AskAsync(spec.Address, async docker =>
    {
        if (spec.Image.Length == 0)
            throw new ContainerManagerException($"a container of {_engine} needs an image; {_engine} images on {spec.Address} lists the available ones");
        var created = await docker.Containers.CreateContainerAsync(new CreateContainerParameters
        {
            Name = spec.Name,
            Image = spec.Image,
            Cmd = spec.Command.Count > 0 ? [.. spec.Command] : null!,   // the image's own
            Env = [.. spec.Environment.Select(v => $"{v.Key}={v.Value}")],
            Labels = new Dictionary<string, string> { [ManagerLabel] = Name },
            HostConfig = new HostConfig { NetworkMode = _options.Network!, Ulimits = _ulimits, Binds = [.. _options.Volumes] },
        }, cancel).ConfigureAwait(false);
        try
        {
            await docker.Containers.StartContainerAsync(created.ID, new ContainerStartParameters(), cancel).ConfigureAwait(false);
        }
        catch
        {
            // One that never ran is of no use to anybody, and its name is taken.
            await docker.Containers.RemoveContainerAsync(created.ID, new ContainerRemoveParameters { Force = true }, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        return await InspectAsync(docker, spec.Address, created.ID, spec.Image, cancel).ConfigureAwait(false);
    }, cancel);

    protected override Task<IReadOnlyList<Container>> ListAsync(string address, CancellationToken cancel) => AskAsync<IReadOnlyList<Container>>(address, async docker =>
    {
        var filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [$"{ManagerLabel}={Name}"] = true } };
        var found = new List<Container>();
        foreach (var container in await docker.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = filters }, cancel).ConfigureAwait(false))
        {
            try
            {
                found.Add(await InspectAsync(docker, address, container.ID, container.Image, cancel).ConfigureAwait(false));
            }
            catch (DockerApiException error) when (error.StatusCode == HttpStatusCode.NotFound)
            {
                // It was removed meanwhile.
            }
        }
        return found;
    }, cancel);

    private static async Task<Container> InspectAsync(DockerClient docker, string address, string id, string image, CancellationToken cancel)
    {
        var found = await docker.Containers.InspectContainerAsync(id, cancel).ConfigureAwait(false);
        var state = found.State!;
        var ended = state.Status is "exited" or "stopped" or "dead";
        return new Container(found.Name.TrimStart('/'), address, image, ended ? Container.Exited : state.Running ? Container.Running : Container.Waiting, ended ? (int)state.ExitCode : null, state.Error ?? "");
    }

    private string UrlOf(string address) => _url.Replace("{address}", address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address, StringComparison.Ordinal);

    private async Task<T> AskAsync<T>(string address, Func<DockerClient, Task<T>> ask, CancellationToken cancel)
    {
        var url = UrlOf(address);
        try
        {
            using var docker = new DockerClientBuilder().WithEndpoint(new Uri(url)).WithTimeout(TimeSpan.FromSeconds(_options.TimeoutS)).Build();
            return await ask(docker).ConfigureAwait(false);
        }
        catch (DockerApiException error)
        {
            throw new ContainerManagerException($"{_engine} of node {address} ({url}) refuses: {Said(error)}", (int)error.StatusCode);
        }
        catch (Exception error) when (error is HttpRequestException or SocketException or IOException or TimeoutException || (error is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new ContainerManagerException($"{_engine} of node {address} does not answer at {url}: {(error is OperationCanceledException ? $"nothing within {_options.TimeoutS} s" : error.Message)}; start it there with: systemctl enable --now {_engine}.socket");
        }
    }

    // {"message": "...", ...}
    private static string Said(DockerApiException error)
    {
        try
        {
            return (string?)JsonNode.Parse(error.ResponseBody ?? "")?["message"] ?? $"{(int)error.StatusCode}";
        }
        catch (JsonException)
        {
            return $"{(int)error.StatusCode} {error.ResponseBody}";
        }
    }

    private Ulimit UlimitOf(string limit, string value) =>
        value.Split(':') is { Length: 1 or 2 } parts && long.TryParse(parts[0], out var soft) && long.TryParse(parts[^1], out var hard) ? new Ulimit { Name = limit, Soft = soft, Hard = hard }
            : throw new UserErrorException($"container manager {Name}: options.ulimits.{limit} is {value}; it must be SOFT:HARD, or one number for both");
}
