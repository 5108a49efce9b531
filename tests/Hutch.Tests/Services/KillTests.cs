using System.Globalization;
using System.Text.RegularExpressions;
using Hutch.Services;

namespace Hutch.Tests.Services;

public class KillTests
{
    [Fact]
    public void A_blocked_thread_is_interrupted()
    {
        using var never = new ManualResetEventSlim();
        using var service = new Counter("blocked") { Body = _ => never.Wait(CancellationToken.None) };
        service.Start();
        Until.True(() => service.Count == 1, "the first iteration");
        Assert.True(service.Kill());
        Assert.Equal(ServiceState.Killed, service.State);
        Assert.False(service.IsAlive);
        Assert.Equal(1, service.Released);
    }

    [Fact]
    public void A_thread_that_ignores_everything_is_abandoned_with_its_stack_in_so_many_words()
    {
        var log = new ListLogger();
        var end = false;
        using var service = new Counter("deaf", log) { KillGrace = TimeSpan.FromMilliseconds(200), Body = _ => IgnoreEverything(ref end) };
        service.Start();
        Until.True(() => service.Count == 1, "the first iteration");
        Assert.False(service.Kill());
        Assert.Equal(ServiceState.Abandoned, service.State);
        Assert.True(service.IsAlive);
        Assert.False(service.IsServiceAlive);
        Assert.Contains("service deaf is abandoned", service.LastError!.Message);
        Assert.Contains("a thread cannot be killed", service.LastError.Message);
        Assert.Contains(nameof(IgnoreEverything), service.LastError.Message);
        Assert.Contains(log.Records, r => r.Text.Contains("is abandoned"));
        Assert.Throws<InvalidOperationException>(service.Start);
        Volatile.Write(ref end, true);
        Until.True(() => !service.IsAlive, "the thread has ended at last");
        Assert.Equal(ServiceState.Abandoned, service.State);
        Assert.Equal((ServiceState.Abandoned, "its abandoned thread has finally ended"), (service.History[^1].From, service.History[^1].Reason));
        Assert.Contains(log.Records, r => r.Text == "deaf: its abandoned thread has finally ended");
        service.Start();
        Assert.Equal(ServiceState.Running, service.State);
    }

    [Fact]
    public void A_pool_body_that_blocks_is_abandoned()
    {
        using var gate = new ManualResetEventSlim();
        using var service = new Counter("blocked-pool") { Container = ServiceContainer.Pool, KillGrace = TimeSpan.FromMilliseconds(100), Body = _ => gate.Wait(CancellationToken.None) };
        service.Start();
        Until.True(() => service.Count == 1, "the first iteration");
        Assert.False(service.Kill());
        Assert.Equal(ServiceState.Abandoned, service.State);
        Assert.EndsWith("; it runs on the thread pool and has not returned.", service.LastError!.Message, StringComparison.Ordinal);
        gate.Set();
        Until.True(() => !service.IsAlive, "the end of the body");
        Assert.Equal(ServiceState.Abandoned, service.State);
    }

    [Fact]
    public void Where_a_thread_without_a_stack_is_the_kernel_says()
    {
        var end = false;
        using var service = new Counter("computing") { KillGrace = TimeSpan.FromMilliseconds(300), Body = _ => { while (!Volatile.Read(ref end)) ; } };
        service.Start();
        Until.True(() => service.Count == 1, "the first iteration");
        Assert.False(service.Kill());
        Volatile.Write(ref end, true);
        var text = Regex.Match(service.LastError!.Message, "; its thread [0-9]+ is computing and has used ([0-9.]+) s of processor time[.]$");
        Assert.True(text.Success, service.LastError.Message);
        Assert.InRange(double.Parse(text.Groups[1].Value, CultureInfo.InvariantCulture), 0, 60);   // on a busy machine it may have had none yet
        Until.True(() => !service.IsAlive, "the end of the thread");
    }

    private static void IgnoreEverything(ref bool end)
    {
        while (!Volatile.Read(ref end))
        {
            try
            {
                Thread.Sleep(10);
            }
            catch (ThreadInterruptedException)
            {
                // That is the point.
            }
        }
    }
}
