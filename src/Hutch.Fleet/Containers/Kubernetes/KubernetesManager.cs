using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Bus;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Hutch.Fleet.Containers.Kubernetes;

/// <summary>Kubernetes, OpenShift among it: nodes are its nodes, a container is a pod that is bound to one. Only core/v1 of its API is used.</summary>
internal sealed class KubernetesManager : IContainerManager
{
    private const string ManagedBy = "app.kubernetes.io/managed-by";
    private const string ManagerAnnotation = "hutch/container-manager";

    private readonly string _name;
    private readonly KubernetesOptions _options;
    private readonly ManagedNodes _nodes;
    private readonly k8s.Kubernetes _api;

    /// <exception cref="UserErrorException">An option is wrong, or a file of a certificate cannot be read.</exception>
    public KubernetesManager(string name, KubernetesOptions options, ManagedNodes nodes)
    {
        (_name, _options, _nodes) = (name, options, nodes);
        if (!Uri.TryCreate(options.ServerUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new UserErrorException($"container manager {name}: options.server_url is {options.ServerUrl ?? "not given"}; give the URL of the API server, such as https://10.0.0.5:6443");
        if (url.Scheme == "http" && options.Token is { Length: > 0 } && !url.IsLoopback)
            throw new UserErrorException($"container manager {name}: options.server_url is {options.ServerUrl}, which would send options.token unencrypted; use https");
        try
        {
            _api = new k8s.Kubernetes(new KubernetesClientConfiguration
            {
                Host = options.ServerUrl,
                AccessToken = options.Token,
                ClientCertificateFilePath = options.CertificatePath,
                ClientKeyFilePath = options.CertificateKeyPath,
                SslCaCerts = options.CertificateCaPath is { } ca ? [X509CertificateLoader.LoadCertificateFromFile(ca)] : null,
                SkipTlsVerify = !options.VerifyTls,
                HttpClientTimeout = TimeSpan.FromSeconds(options.TimeoutS),
            });
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserErrorException($"container manager {name}: the certificates of options cannot be used: {error.Message}", error);
        }
    }

    public async Task RegisterAsync(string address, CancellationToken cancel)
    {
        // A kubelet may have been quicker.
        await AskAsync(() => _api.CoreV1.CreateNodeAsync(new V1Node { Metadata = new V1ObjectMeta { Name = address } }, cancellationToken: cancel), cancel, HttpStatusCode.Conflict).ConfigureAwait(false);
        await _nodes.AddAsync(address, cancel).ConfigureAwait(false);
    }

    public async Task RemoveAsync(string address, CancellationToken cancel)
    {
        var removed = await AskAsync(() => _api.CoreV1.DeleteNodeAsync(address, cancellationToken: cancel), cancel, HttpStatusCode.NotFound).ConfigureAwait(false);
        if (!await _nodes.RemoveAsync(address, cancel).ConfigureAwait(false) && removed is null)
            throw _nodes.NotRegistered(address);
    }

    public async Task<bool> IsRegisteredAsync(string address, CancellationToken cancel) => await FindNodeAsync(address, cancel).ConfigureAwait(false) is not null;

    public async Task<IReadOnlyList<NodeState>> ListNodesAsync(CancellationToken cancel) =>
        [.. (await AskAsync(() => _api.CoreV1.ListNodeAsync(cancellationToken: cancel), cancel).ConfigureAwait(false))!.Items.Select(StateOf)];

    public async Task<JsonObject> StatusAsync(string address, CancellationToken cancel) =>
        JsonNode.Parse(KubernetesJson.Serialize(await FindNodeAsync(address, cancel).ConfigureAwait(false) ?? throw _nodes.NotRegistered(address)))!.AsObject();

    public async Task<Container> RunAsync(ContainerSpec spec, CancellationToken cancel)
    {
        if (spec.Image.Length == 0)
            throw new ContainerManagerException("a container of Kubernetes needs an image");
        if (await FindNodeAsync(spec.Address, cancel).ConfigureAwait(false) is null)
            throw _nodes.NotRegistered(spec.Address);
        var pod = await AskAsync(() => _api.CoreV1.CreateNamespacedPodAsync(new V1Pod
        {
            Metadata = new V1ObjectMeta
            {
                Name = spec.Name,
                Labels = new Dictionary<string, string> { [ManagedBy] = "hutch" },
                Annotations = new Dictionary<string, string> { [ManagerAnnotation] = _name },
            },
            Spec = new V1PodSpec
            {
                // Where it runs is said, not asked of the scheduler.
                NodeName = spec.Address,
                HostNetwork = _options.HostNetwork ? true : null,
                RestartPolicy = "Never",
                TerminationGracePeriodSeconds = _options.StopTimeoutS,
                Containers = [new V1Container
                {
                    Name = spec.Name,
                    Image = spec.Image,
                    Args = spec.Command.Count > 0 ? [.. spec.Command] : null,
                    Env = [.. spec.Environment.Select(v => new V1EnvVar { Name = v.Key, Value = v.Value })],
                }],
            },
        }, _options.Namespace, cancellationToken: cancel), cancel).ConfigureAwait(false);
        return ContainerOf(pod!);
    }

    public Task StopAsync(string address, string name, CancellationToken cancel) =>
        AskAsync(() => _api.CoreV1.DeleteNamespacedPodAsync(name, _options.Namespace, gracePeriodSeconds: _options.StopTimeoutS, cancellationToken: cancel), cancel);

    public async Task<IReadOnlyList<Container>> ListContainersAsync(string? address, CancellationToken cancel)
    {
        if (address is not null && await FindNodeAsync(address, cancel).ConfigureAwait(false) is null)
            throw _nodes.NotRegistered(address);
        var pods = await AskAsync(() => _api.CoreV1.ListNamespacedPodAsync(_options.Namespace, labelSelector: $"{ManagedBy}=hutch", fieldSelector: address is null ? null : $"spec.nodeName={address}", cancellationToken: cancel), cancel).ConfigureAwait(false);
        return [.. pods!.Items.Where(p => p.Metadata.Annotations?.TryGetValue(ManagerAnnotation, out var manager) == true && manager == _name).Select(ContainerOf)];
    }

    public void Dispose() => _api.Dispose();

    private Task<V1Node?> FindNodeAsync(string address, CancellationToken cancel) => AskAsync(() => _api.CoreV1.ReadNodeAsync(address, cancellationToken: cancel), cancel, HttpStatusCode.NotFound);

    private static NodeState StateOf(V1Node node)
    {
        var ready = node.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready");
        return ready?.Status switch
        {
            "True" => new NodeState(node.Metadata.Name, NodeState.Ok),
            "False" => new NodeState(node.Metadata.Name, NodeState.NotReady, $"{ready.Reason}: {ready.Message}"),
            _ => new NodeState(node.Metadata.Name, NodeState.Unknown, ready is null ? "no kubelet has reported on it yet" : $"{ready.Reason}: {ready.Message}"),
        };
    }

    private static Container ContainerOf(V1Pod pod)
    {
        var spec = pod.Spec.Containers[0];
        var state = pod.Status?.ContainerStatuses?.FirstOrDefault()?.State;
        var reason = state?.Waiting is { } waiting ? $"{waiting.Reason}: {waiting.Message}".Trim(' ', ':') : state?.Terminated?.Message ?? pod.Status?.Message ?? "";
        return pod.Status?.Phase switch
        {
            "Running" => new Container(pod.Metadata.Name, pod.Spec.NodeName, spec.Image, Container.Running, Reason: reason),
            "Succeeded" or "Failed" => new Container(pod.Metadata.Name, pod.Spec.NodeName, spec.Image, Container.Exited, state?.Terminated?.ExitCode, reason),
            "Unknown" => new Container(pod.Metadata.Name, pod.Spec.NodeName, spec.Image, Container.Unknown, Reason: reason),
            _ => new Container(pod.Metadata.Name, pod.Spec.NodeName, spec.Image, Container.Waiting, Reason: reason),
        };
    }

    // Null for the answer that is expected too.
    private async Task<T?> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancel, HttpStatusCode? expected = null)
        where T : class
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == expected)
        {
            return null;
        }
        catch (HttpOperationException error)
        {
            var code = (int)error.Response.StatusCode;
            var hint = code switch
            {
                401 => "; put a valid token in its options.token, or a certificate in certificate_path",
                403 => "; its user needs a role that may get, list, create and delete nodes and pods",
                _ => "",
            };
            throw new ContainerManagerException($"{_options.ServerUrl} refuses container manager {_name}: {code} {Said(error)}{hint}", code);
        }
        catch (Exception error) when (error is HttpRequestException or SocketException or IOException || (error is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new ContainerManagerException($"the API server {_options.ServerUrl} of container manager {_name} does not answer: {(error is OperationCanceledException ? $"nothing within {_options.TimeoutS} s" : (error.InnerException ?? error).Message)}");
        }
    }

    // An object Status, with a message.
    private static string Said(HttpOperationException error)
    {
        try
        {
            return (string?)JsonNode.Parse(error.Response.Content)?["message"] ?? error.Response.ReasonPhrase;
        }
        catch (JsonException)
        {
            return error.Response.ReasonPhrase;
        }
    }
}
