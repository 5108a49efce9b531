using System.Collections.Frozen;

namespace Hutch.Fleet.Records;

/// <summary>All types of records.</summary>
internal static class RecordTypes
{
    private static readonly FrozenDictionary<string, RecordType> ByName = new RecordType[]
    {
        new(typeof(Host), "Hosts", "/commissaire/hosts/{0}"),
        new(typeof(HostCreds), null, "/commissaire/secrets/hosts/{0}"),
        new(typeof(Cluster), "Clusters", "/commissaire/clusters/{0}"),
        new(typeof(ClusterDeploy), "ClusterDeploys", "/commissaire/cluster/{0}/deploy"),
        new(typeof(ClusterRestart), "ClusterRestarts", "/commissaire/cluster/{0}/restart"),
        new(typeof(ClusterUpgrade), "ClusterUpgrades", "/commissaire/cluster/{0}/upgrade"),
        new(typeof(ClusterOperation), "ClusterOperations", "/commissaire/operations/{0}"),
        new(typeof(HostOutput), null, "/commissaire/outputs/{0}"),
        new(typeof(Network), "Networks", "/commissaire/networks/{0}"),
        new(typeof(ContainerManagerConfig), "ContainerManagerConfigs", "/commissaire/container_managers/{0}"),
        new(typeof(ContainerManagerNode), "ContainerManagerNodes", "/commissaire/container_manager_nodes/{0}"),
        new(typeof(WatcherRecord), "WatcherRecords", "/commissaire/watcher/{0}"),
    }.ToFrozenDictionary(t => t.Name);

    public static IReadOnlyCollection<RecordType> All => ByName.Values;

    public static RecordType Of<T>()
        where T : IRecord => ByName[typeof(T).Name];

    /// <exception cref="InvalidRecordException">There is no such type.</exception>
    public static RecordType Find(string name) =>
        ByName.GetValueOrDefault(name) ?? throw new InvalidRecordException($"'{name}' is not a type of records; there are {string.Join(", ", ByName.Keys.Order(StringComparer.Ordinal))}");

    /// <summary>The type of a list, such as Hosts.</summary>
    /// <exception cref="InvalidRecordException">There is no such list.</exception>
    public static RecordType FindList(string name) =>
        ByName.Values.FirstOrDefault(t => t.ListName == name)
        ?? throw new InvalidRecordException($"'{name}' is not a list of records; there are {string.Join(", ", ByName.Values.Select(t => t.ListName).OfType<string>().Order(StringComparer.Ordinal))}");
}
