namespace Hutch.Fleet.Containers.Kubernetes;

/// <summary>The options of a container manager of type kubernetes or openshift.</summary>
internal sealed record KubernetesOptions
{
    /// <summary>The API server, such as https://10.0.0.5:6443.</summary>
    public string? ServerUrl { get; init; }

    /// <summary>A bearer token; sealed in the records.</summary>
    public string? Token { get; init; }

    /// <summary>A client certificate and its key, PEM files, in place of a token.</summary>
    public string? CertificatePath { get; init; }

    /// <inheritdoc cref="CertificatePath"/>
    public string? CertificateKeyPath { get; init; }

    /// <summary>The certificate of the authority that signed that of the server, a PEM file; null for those that this machine trusts.</summary>
    public string? CertificateCaPath { get; init; }

    /// <summary>Whether the server's certificate is checked. Default true; Commissaire's service never does.</summary>
    public bool VerifyTls { get; init; } = true;

    /// <summary>The namespace of the pods. Default: default.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>Whether the pods use the network of their node. Default false.</summary>
    public bool HostNetwork { get; init; }

    /// <summary>How long a container has to end by itself when it is stopped, in seconds. Default 5.</summary>
    public int StopTimeoutS { get; init; } = 5;

    /// <summary>How long the server has for an answer, in seconds. Default 30.</summary>
    public double TimeoutS { get; init; } = 30;
}
