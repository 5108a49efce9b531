using Hutch.Bus;
using Hutch.Fleet.Records;
using Hutch.Fleet.Storage;

namespace Hutch.Fleet.Containers;

/// <summary>The nodes of a container manager as the records have them: so all processes of the service, and the next one, know the same.</summary>
internal sealed class ManagedNodes(StorageClient records, string manager)
{
    public async Task<bool> HasAsync(string address, CancellationToken cancel) => await records.FindAsync<ContainerManagerNode>(ContainerManagerNode.NameOf(manager, address), cancel).ConfigureAwait(false) is not null;

    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancel) =>
        [.. (await records.ListAsync<ContainerManagerNode>(cancel).ConfigureAwait(false)).Where(n => n.ContainerManager == manager).Select(n => n.Address)];

    public async Task AddAsync(string address, CancellationToken cancel)
    {
        var clusters = await records.ListAsync<Cluster>(cancel).ConfigureAwait(false);
        await records.SaveAsync(new ContainerManagerNode
        {
            Name = ContainerManagerNode.NameOf(manager, address),
            ContainerManager = manager,
            Address = address,
            Cluster = clusters.FirstOrDefault(c => c.ContainerManager == manager && c.Hostset.Contains(address))?.Name ?? "",
            RegisteredAt = RecordTime.Write(DateTimeOffset.UtcNow),
        }, cancel).ConfigureAwait(false);
    }

    /// <returns>Whether it was there.</returns>
    public async Task<bool> RemoveAsync(string address, CancellationToken cancel)
    {
        try
        {
            await records.DeleteAsync<ContainerManagerNode>(ContainerManagerNode.NameOf(manager, address), cancel).ConfigureAwait(false);
            return true;
        }
        catch (StorageLookupException)
        {
            return false;
        }
    }

    /// <summary>What a caller hears of a host that is no node.</summary>
    public ContainerManagerException NotRegistered(string address) => new($"Node {address} is not registered with container manager {manager}; register it with: hutch call container.register_node '{{\"container_manager_name\": \"{manager}\", \"address\": \"{address}\"}}'");
}
