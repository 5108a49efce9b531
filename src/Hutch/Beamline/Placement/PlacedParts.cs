using System.Text.Json;
using System.Text.Json.Serialization;
using Hutch.Hosting;

namespace Hutch.Beamline.Placement;

/// <summary>Takes out of a beamline file what belongs on the host of one node.</summary>
internal static class PlacedParts
{
    /// <summary>The most that one file may have that is copied without being asked for; configurations are small.</summary>
    private const long MostBytes = 16_000_000;

    private static readonly JsonSerializerOptions Json = new(BeamlineFile.Json) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true };

    /// <summary>What the beamline of a part is called on its host.</summary>
    public static string NameOf(string beamline, string node) => $"{beamline}.{node}";

    /// <summary>The node on whose host an entry is placed; null if it runs here.</summary>
    public static (string Cluster, NodeEntry Node)? HomeOf(BeamlineFile file, ServiceEntry entry) =>
        entry.Node is { } name && file.Clusters.Where(c => entry.Cluster is null || c.Name == entry.Cluster)
            .SelectMany(c => (c.Nodes ?? []).Select(n => (c.Name, Node: n))).FirstOrDefault(n => n.Node.Name == name) is { Node.Host: not null } home ? home : null;

    /// <summary>The part of a node.</summary>
    /// <exception cref="UserErrorException">A file that is to be copied is missing or cannot be read.</exception>
    public static NodePart Of(BeamlineFile file, string cluster, NodeEntry node, IProgramSource programs)
    {
        // The program that places services keeps the order, across hosts too: nothing here starts by itself or depends on anything.
        var services = file.Services.Where(s => HomeOf(file, s) == (cluster, node))
            .Select(s => s with { Cluster = cluster, DependsOn = [], Autostart = false }).ToList();
        var groups = services.Select(s => s.Group).ToHashSet();
        var part = new BeamlineFile
        {
            Name = NameOf(file.Name, node.Name),
            Environment = file.Environment,
            Clusters = [new ClusterEntry(cluster, [new NodeEntry(node.Name, null)])],
            Groups = file.Groups.FindAll(g => groups.Contains(g.Name)),
            Services = services,
        };
        var text = JsonSerializer.Serialize(part, Json);
        return new NodePart
        {
            Name = part.Name,
            Origin = $"{Environment.MachineName}:{file.Path}",
            File = text,
            Folder = node.Folder,
            Variables = Variables.MentionedIn(text).Select(name => (Name: name, Value: Environment.GetEnvironmentVariable(name)))
                .Where(v => v.Value is not null).ToDictionary(v => v.Name, v => v.Value!),
            Files = Files(file, node, services, programs).Distinct().ToDictionary(path => path, path => Read(file, path)),
        };
    }

    private static IEnumerable<string> Files(BeamlineFile file, NodeEntry node, List<ServiceEntry> services, IProgramSource programs)
    {
        foreach (var given in node.Files ?? [])
        {
            var path = Path.GetFullPath(given, file.Folder);
            foreach (var found in Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories) : [path])
                yield return Path.GetRelativePath(file.Folder, found);
        }
        foreach (var service in services.Where(s => s.Program is not null))
        {
            for (var instance = 0; instance < service.Instances; instance++)
            {
                var isPath = false;
                foreach (var argument in ProgramArguments.Of(service.Options, instance))
                {
                    if (isPath && IsSmallFile(file.Folder, argument))
                        yield return Path.GetRelativePath(file.Folder, Path.GetFullPath(argument, file.Folder));
                    isPath = !isPath && programs.TakesPath(service.Program!, argument);
                }
            }
        }
    }

    private static bool IsSmallFile(string folder, string path) =>
        path.Length > 0 && !Path.IsPathRooted(path) && !path.Split('/').Contains("..")
        && new FileInfo(Path.Combine(folder, path)) is { Exists: true, Length: <= MostBytes };

    private static string Read(BeamlineFile file, string path)
    {
        try
        {
            return Convert.ToBase64String(File.ReadAllBytes(Path.Combine(file.Folder, path)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path} is to be copied to a host, but cannot be read: {error.Message}", error);
        }
    }
}
