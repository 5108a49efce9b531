using Hutch.Fleet.Sharing;

namespace Hutch.Fleet.Tests.Sharing;

/// <summary>Who does what of shared work.</summary>
public class PeersTests
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Peers_agree_who_does_which_piece_and_only_the_share_of_one_that_goes_moves()
    {
        string[] ids = ["a", "b", "c"];
        var watchers = ids.ToDictionary(id => id, id => new Peers(id, TimeSpan.FromSeconds(5)));
        foreach (var watcher in watchers.Values)
        {
            foreach (var id in ids)
                watcher.Hear(id, Begin);
        }
        var hosts = Enumerable.Range(0, 3000).Select(i => $"10.0.{i / 250}.{i % 250}").ToList();

        var owners = hosts.ToDictionary(h => h, h => Assert.Single(ids, id => watchers[id].IsOurs(h)));
        Assert.All(ids, id => Assert.InRange(owners.Values.Count(o => o == id), 900, 1100));
        watchers["a"].Leave("c", Begin);
        watchers["b"].Refresh(Begin.AddSeconds(6));   // hears nothing of either
        watchers["b"].Hear("a", Begin.AddSeconds(6));
        Assert.All(hosts, h => Assert.Equal(owners[h] == "c" ? null : owners[h], owners[h] == "c" ? null : Assert.Single(["a", "b"], id => watchers[id].IsOurs(h))));
    }
}
