using Hutch.Bus;
using Hutch.Fleet.Records;
using Hutch.Fleet.Storage;
using Microsoft.Extensions.Logging;

namespace Hutch.Fleet.Containers;

/// <summary>
/// Keeps the nodes of container managers as the clusters have them: a host that left its cluster, whose cluster was deleted, or that is gone itself, is taken
/// out; one that is ready and belongs to a cluster with a container manager is registered with it.
/// </summary>
internal sealed class Memberships(StorageClient records, ContainerManagers managers, ILogger logger)
{
    /// <summary>Carries over what has changed. Doing it twice, or in two processes at once, does no harm.</summary>
    /// <param name="gone">Hosts that were deleted.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>Whether all of it could be done.</returns>
    public async Task<bool> CarryOverAsync(IReadOnlyCollection<string> gone, CancellationToken cancel)
    {
        var done = true;
        // One that was added again meanwhile is not gone.
        var missing = new HashSet<string>();
        foreach (var address in gone)
        {
            if (await records.FindAsync<Host>(address, cancel).ConfigureAwait(false) is null)
                missing.Add(address);
        }
        var clusters = (await records.ListAsync<Cluster>(cancel).ConfigureAwait(false)).ToDictionary(c => c.Name);
        var nodes = await records.ListAsync<ContainerManagerNode>(cancel).ConfigureAwait(false);
        bool Belongs(ContainerManagerNode node) => !missing.Contains(node.Address)
            && (node.Cluster.Length == 0 || (clusters.GetValueOrDefault(node.Cluster) is { } cluster && cluster.ContainerManager == node.ContainerManager && cluster.Hostset.Contains(node.Address)));
        foreach (var node in nodes.Where(n => !Belongs(n)))
            done &= await TryAsync($"removing node {node.Address} from container manager {node.ContainerManager}", () => RemoveAsync(node, cancel)).ConfigureAwait(false);
        foreach (var cluster in clusters.Values.Where(c => c.ContainerManager.Length > 0))
        {
            foreach (var address in cluster.Hostset.Where(h => !nodes.Any(n => n.Address == h && n.ContainerManager == cluster.ContainerManager)))
            {
                if (await records.FindAsync<Host>(address, cancel).ConfigureAwait(false) is { Status: HostStatus.Disassociated })
                    done &= await TryAsync($"registering node {address} of cluster {cluster.Name} with container manager {cluster.ContainerManager}", () => AddAsync(cluster.ContainerManager, address, cancel)).ConfigureAwait(false);
            }
        }
        return done;
    }

    private async Task RemoveAsync(ContainerManagerNode node, CancellationToken cancel)
    {
        var known = (await managers.ListAsync(cancel).ConfigureAwait(false)).Any(m => m.Name == node.ContainerManager);
        if (known)
            await (await managers.GetAsync(node.ContainerManager, cancel).ConfigureAwait(false)).RemoveAsync(node.Address, cancel).ConfigureAwait(false);
        else
            await new ManagedNodes(records, node.ContainerManager).RemoveAsync(node.Address, cancel).ConfigureAwait(false);
        if (await records.FindAsync<Host>(node.Address, cancel).ConfigureAwait(false) is { Status: HostStatus.Active })
            await records.UpdateAsync<Host>(new { address = node.Address, status = HostStatus.Disassociated }, existingOnly: true, cancel).ConfigureAwait(false);
    }

    private async Task AddAsync(string manager, string address, CancellationToken cancel)
    {
        await (await managers.GetAsync(manager, cancel).ConfigureAwait(false)).RegisterAsync(address, cancel).ConfigureAwait(false);
        await records.UpdateAsync<Host>(new { address, status = HostStatus.Active }, existingOnly: true, cancel).ConfigureAwait(false);
    }

    private async Task<bool> TryAsync(string what, Func<Task> action)
    {
        try
        {
            await action().ConfigureAwait(false);
            logger.LogInformation("{What}: done", what);
            return true;
        }
        catch (Exception error) when (error is ContainerManagerException or UserErrorException or StorageLookupException)
        {
            logger.LogWarning("{What} failed and is retried: {Message}", what, error.Message);
            return false;
        }
    }
}
