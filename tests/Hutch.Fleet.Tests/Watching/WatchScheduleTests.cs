using Hutch.Fleet.Records;
using Hutch.Fleet.Watching;

namespace Hutch.Fleet.Tests.Watching;

/// <summary>When a host is checked, failed and back.</summary>
public class WatchScheduleTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
    private static readonly WatcherOptions Options = new() { IntervalS = 60, Jitter = 0, RetryS = 10, Misses = 3, MaxIntervalS = 200 };

    private readonly WatchSchedule _schedule = new(Options, new Random(1));

    private static Host Ready => new() { Address = "h", Status = HostStatus.Active, LastCheck = RecordTime.Write(Start) };

    [Fact]
    public void A_host_that_answers_is_checked_at_the_interval()
    {
        _schedule.Set(Ready, Start);

        Assert.Null(Take(59));
        var host = Take(60);
        Assert.Null(Take(61));
        Assert.Equal(HostStatus.Active, _schedule.Note(host!, null, At(61))!.Status);
        Assert.Null(Take(120));
        Assert.NotNull(Take(121));
    }

    [Fact]
    public void A_host_is_failed_after_the_third_miss_backs_off_and_comes_back_as_it_was()
    {
        _schedule.Set(Ready, Start);

        Assert.Null(_schedule.Note(Take(60)!, "silent", At(60)));
        Assert.Null(_schedule.Note(Take(70)!, "silent", At(70)));
        var failed = _schedule.Note(Take(80)!, "silent", At(80))!;
        Assert.Equal((HostStatus.Failed, "active", "silent"), (failed.Status, failed.StatusBefore, failed.Reason));
        _schedule.Note(Take(140)!, "silent", At(140));
        Assert.Null(Take(259));
        _schedule.Note(Take(260)!, "silent", At(260));
        Assert.Null(Take(459));
        var back = _schedule.Note(Take(460)!, null, At(460))!;
        Assert.Equal((HostStatus.Active, "", ""), (back.Status, back.StatusBefore, back.Reason));
    }

    [Fact]
    public void A_single_miss_is_forgotten_with_the_next_answer()
    {
        _schedule.Set(Ready, Start);

        for (var t = 60; t < 600; t += 70)
        {
            Assert.Null(_schedule.Note(Take(t)!, "silent", At(t)));
            Assert.Equal(HostStatus.Active, _schedule.Note(Take(t + 10)!, null, At(t + 10))!.Status);
        }
    }

    [Fact]
    public void What_another_watcher_has_checked_is_not_due()
    {
        _schedule.Set(Ready, Start);
        _schedule.Set(Ready with { LastCheck = RecordTime.Write(At(50)) }, At(50));

        Assert.Null(Take(109));
        Assert.NotNull(Take(110));
    }

    [Fact]
    public void A_host_that_was_never_made_a_node_or_is_being_made_one_is_not_watched()
    {
        foreach (var status in (string[])["", HostStatus.Investigating, HostStatus.Bootstrapping, HostStatus.Failed])
            _schedule.Set(Ready with { Address = status.Length == 0 ? "new" : status, Status = status }, Start);
        _schedule.Set(Ready, Start);
        _schedule.Set(Ready with { Status = HostStatus.Investigating }, Start);

        Assert.Equal(0, _schedule.Count);
        Assert.Null(Take(1000));
    }

    [Fact]
    public void A_host_that_is_deleted_while_it_is_checked_changes_nothing()
    {
        _schedule.Set(Ready, Start);
        var host = Take(60)!;
        _schedule.Remove("h");

        Assert.Null(_schedule.Note(host, null, At(60)));
        Assert.Null(Take(1000));
    }

    private static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);

    private WatchedHost? Take(double seconds) => _schedule.Take(At(seconds), _ => true);
}
