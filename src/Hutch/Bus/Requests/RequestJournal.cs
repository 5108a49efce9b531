using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Bus.Requests;

/// <summary>
/// Notes of accepted requests in a store: a key <c>request:&lt;service&gt;:&lt;id&gt;</c> with the body each, until they have ended.
/// A store that is away must not stop the service, so its errors are only logged.
/// </summary>
internal sealed class RequestJournal(IStore? store, string service, ILogger logger)
{
    private string Prefix => $"request:{service}:";

    public Task AddAsync(RequestWork work) => TryAsync(s => s.SetAsync(Prefix + work.Id, work.Body), "noted");

    public Task RemoveAsync(RequestWork work) => TryAsync(s => s.DeleteAsync(Prefix + work.Id), "struck out");

    /// <summary>The requests that an earlier process of this service left behind.</summary>
    public async Task<IReadOnlyList<RequestWork>> LeftBehindAsync(CancellationToken cancel)
    {
        var works = new List<RequestWork>();
        await TryAsync(async s =>
        {
            foreach (var key in await s.KeysAsync("request:*", cancel).ConfigureAwait(false))
            {
                if (key.StartsWith(Prefix, StringComparison.Ordinal) && await s.GetAsync(key, cancel).ConfigureAwait(false) is { } body)
                    works.Add(new RequestWork(key[Prefix.Length..], body) { Refusal = $"The service {service} ended while it had this request; send it again." });
            }
        }, "looked for").ConfigureAwait(false);
        return works;
    }

    private async Task TryAsync(Func<IStore, Task> action, string what)
    {
        if (store is null)
            return;
        try
        {
            await action(store).ConfigureAwait(false);
        }
        catch (StoreException error)
        {
            logger.LogWarning("{Service}: a request could not be {What} in the journal: {Message}", service, what, error.Message);
        }
    }
}
