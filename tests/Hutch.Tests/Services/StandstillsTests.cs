using Hutch.Services;
using Microsoft.Extensions.Time.Testing;

namespace Hutch.Tests.Services;

public class StandstillsTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly Standstills _standstills;

    public StandstillsTests()
    {
        _standstills = new Standstills(_clock);
        _standstills.Look(Pause);
    }

    [Fact]
    public void What_was_watched_counts_whole()
    {
        for (var i = 0; i < 10; i++)
            LookAfter(1.05);
        Assert.Equal(10.5, Without(10.5));
    }

    [Fact]
    public void The_time_of_a_standstill_does_not_count()
    {
        LookAfter(61);   // a minute too long
        Assert.Equal(1, Without(61));
        Assert.Equal(5, Without(65));
        LookAfter(1);
        Assert.Equal(6, Without(66));
    }

    [Fact]
    public void What_is_younger_than_a_standstill_counts_whole_and_what_began_in_it_from_its_end()
    {
        LookAfter(61);
        LookAfter(1);
        LookAfter(1);
        Assert.Equal(1.5, Without(1.5));
        Assert.Equal(2, Without(30));
    }

    [Fact]
    public void Standstills_add_up()
    {
        LookAfter(11);
        LookAfter(1);
        LookAfter(21);
        Assert.Equal(3, Without(33));
    }

    private void LookAfter(double seconds)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        _standstills.Look(Pause);
    }

    private double Without(double age) => _standstills.Without(TimeSpan.FromSeconds(age)).TotalSeconds;
}
