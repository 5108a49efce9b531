using FsCheck;
using FsCheck.Fluent;
using Hutch.Beamline.Placement;
using Microsoft.Extensions.Logging;

namespace Hutch.Tests.Beamline.Placement;

/// <summary>Whoever reads the journal from time to time gets each event once and in order, or is told how many are gone.</summary>
public sealed class EventJournalTests
{
    [Fact]
    public void What_is_read_and_what_is_told_as_lost_is_all_that_was_added() => Prop.ForAll(
        Gen.Choose(0, 12).ListOf().ToArbitrary(), Gen.Choose(1, 9).ToArbitrary(), Gen.Choose(1, 5).ToArbitrary(),
        (bursts, most, atOnce) =>
        {
            var journal = new EventJournal(most);
            var (added, known, lost) = (0L, 0L, 0L);
            var read = new List<long>();
            foreach (var burst in bursts)
            {
                for (var i = 0; i < burst; i++)
                    journal.Add("s", DateTimeOffset.UnixEpoch, LogLevel.Information, $"{++added}");
                var (events, gone) = journal.After(known, atOnce);
                Assert.All(events, e => Assert.Equal($"{e.Number}", e.Text));
                Assert.Equal(events.Count, Math.Min(atOnce, Math.Min(most, added - known)));
                if (events.Count > 0)
                    Assert.Equal(known + gone + 1, events[0].Number);
                read.AddRange(events.Select(e => e.Number));
                lost += gone;
                known = events.Count > 0 ? events[^1].Number : known + gone;
            }
            Assert.Equal(read.Order().Distinct(), read);
            Assert.Equal(known, read.Count + lost);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Long_texts_take_the_place_of_several()
    {
        var journal = new EventJournal(100, mostCharacters: 1000);
        for (var i = 0; i < 10; i++)
            journal.Add("s", DateTimeOffset.UnixEpoch, LogLevel.Information, new string('x', 400));
        Assert.Equal((2, 8L), (journal.After(0, 100).Events.Count, journal.After(0, 100).Lost));
        journal.Add("s", DateTimeOffset.UnixEpoch, LogLevel.Information, new string('x', 4000));
        Assert.Equal(11, Assert.Single(journal.After(0, 100).Events).Number);
    }
}
