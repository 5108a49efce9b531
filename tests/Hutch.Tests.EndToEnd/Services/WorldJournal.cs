using System.Globalization;

namespace Hutch.Tests.EndToEnd.Services;

/// <summary>What the program Hutch.World wrote about its services.</summary>
internal sealed class WorldJournal
{
    private readonly Dictionary<string, List<(long Sequence, string State)>> _changes = [];

    public WorldJournal(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            var words = line.Split(' ');
            switch (words[0])
            {
                case "service":
                    Services[words[1]] = new WorldService(words[1], words[2], int.Parse(words[3], CultureInfo.InvariantCulture), words[4].Split(',', StringSplitOptions.RemoveEmptyEntries));
                    break;
                case "pid":
                    Pids[words[1]] = int.Parse(words[2], CultureInfo.InvariantCulture);
                    break;
                case "state":
                    Changes(words[2]).Add((long.Parse(words[1], CultureInfo.InvariantCulture), words[3]));
                    break;
                case "ending":
                    Scope = words[1];
                    break;
                default:
                    Marks.Add(line);
                    break;
            }
        }
    }

    public Dictionary<string, WorldService> Services { get; } = [];

    public Dictionary<string, int> Pids { get; } = [];

    public List<string> Marks { get; } = [];

    /// <summary>The scope that was ended; the whole session if none was named.</summary>
    public string Scope { get; } = "process";

    /// <summary>Those that had to end: in the scope, or depending on one that had to.</summary>
    public HashSet<string> Doomed()
    {
        var doomed = Services.Values.Where(s => s.Scope == Scope || s.Scope.StartsWith(Scope + "/", StringComparison.Ordinal)).Select(s => s.Name).ToHashSet();
        for (var before = 0; before < doomed.Count;)
        {
            before = doomed.Count;
            doomed.UnionWith(Services.Values.Where(s => s.Needs.Any(doomed.Contains)).Select(s => s.Name).ToList());
        }
        return doomed;
    }

    public string LastState(string service) => Changes(service)[^1].State;

    public long StopBegan(string service) => Changes(service).First(c => c.State == "Stopping").Sequence;

    public long StopEnded(string service) => Changes(service)[^1].Sequence;

    private List<(long Sequence, string State)> Changes(string service) => _changes.TryGetValue(service, out var list) ? list : _changes[service] = [];
}

/// <summary>A service of the world.</summary>
internal sealed record WorldService(string Name, string Scope, int Priority, string[] Needs);
