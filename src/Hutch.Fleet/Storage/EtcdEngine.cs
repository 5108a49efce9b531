using System.Security.Cryptography.X509Certificates;
using dotnet_etcd;
using Grpc.Core;

namespace Hutch.Fleet.Storage;

/// <summary>Keeps records in etcd, by its API of version 3.</summary>
internal sealed class EtcdEngine : IRecordEngine
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly string _url;
    private readonly EtcdClient _client;
    private readonly X509Certificate2? _certificate;

    /// <exception cref="UserErrorException">The URL is none, or a certificate cannot be read.</exception>
    public EtcdEngine(HandlerOptions options)
    {
        _url = options.ServerUrl;
        if (!Uri.TryCreate(_url.Split(',')[0], UriKind.Absolute, out var first) || first.Scheme is not ("http" or "https"))
            throw new UserErrorException($"store handler {options.Name}: '{_url}' is not a URL of etcd; give http://HOST:2379 or https://HOST:2379, several separated by commas");
        if (first.Scheme == "http")
        {
            _client = new EtcdClient(_url, configureChannelOptions: channel => channel.Credentials = ChannelCredentials.Insecure);
            return;
        }
        try
        {
            var (certificate, key, authority) = (options.CertificatePath, options.CertificateKeyPath, options.CertificateCaPath);
            _certificate = certificate is null ? null : X509Certificate2.CreateFromPemFile(certificate, key);
            var trusted = authority is null ? null : new X509Certificate2Collection(X509CertificateLoader.LoadCertificateFromFile(authority));
            _client = new EtcdClient(_url, ssl =>
            {
                if (_certificate is not null)
                    ssl.ClientCertificates = [_certificate];
                if (trusted is not null)
                    ssl.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { trusted[0] }, RevocationMode = X509RevocationMode.NoCheck };
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new UserErrorException($"store handler {options.Name}: a certificate cannot be read: {error.Message}", error);
        }
    }

    public Task<string?> GetAsync(string key, CancellationToken cancel) => AskAsync(async deadline =>
    {
        var answer = await _client.GetAsync(key, deadline: deadline, cancellationToken: cancel).ConfigureAwait(false);
        return answer.Kvs.Count == 0 ? null : answer.Kvs[0].Value.ToStringUtf8();
    }, cancel);

    public Task SetAsync(string key, string text, CancellationToken cancel) => AskAsync(deadline => _client.PutAsync(key, text, deadline: deadline, cancellationToken: cancel), cancel);

    public Task<bool> DeleteAsync(string key, CancellationToken cancel) => AskAsync(async deadline =>
        (await _client.DeleteAsync(key, deadline: deadline, cancellationToken: cancel).ConfigureAwait(false)).Deleted > 0, cancel);

    public Task<IReadOnlyList<KeyValuePair<string, string>>> ListAsync(string prefix, CancellationToken cancel) => AskAsync<IReadOnlyList<KeyValuePair<string, string>>>(async deadline =>
        [.. (await _client.GetRangeAsync(prefix, deadline: deadline, cancellationToken: cancel).ConfigureAwait(false)).Kvs.Select(kv => KeyValuePair.Create(kv.Key.ToStringUtf8(), kv.Value.ToStringUtf8()))], cancel);

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _certificate?.Dispose();
        return default;
    }

    private async Task<T> AskAsync<T>(Func<DateTime, Task<T>> ask, CancellationToken cancel)
    {
        try
        {
            return await ask(DateTime.UtcNow + Patience).ConfigureAwait(false);
        }
        catch (RpcException error)
        {
            throw new UserErrorException($"etcd at {_url} failed: {error.Status.StatusCode}: {error.Status.Detail}", error);
        }
        // What the transport below may throw instead.
        catch (Exception error) when (error is HttpRequestException or IOException or TimeoutException || (error is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new UserErrorException($"etcd at {_url} failed: {error.Message}", error);
        }
    }
}
