using Hutch.Services;

namespace Hutch.Tests.Services;

/// <summary>Which exceptions of a body are the end that it was asked for, and which are errors.</summary>
public class BodyErrorTests
{
    [Fact]
    public void A_body_that_is_cancelled_by_its_stop_has_no_error()
    {
        using var service = new Counter("obedient") { OnError = ErrorAction.Fail, Body = stop => Task.Delay(Timeout.Infinite, stop).GetAwaiter().GetResult() };
        Assert.Equal(ServiceState.Stopped, Stop(service));
        Assert.Null(service.LastError);
    }

    [Theory]
    [InlineData(ErrorAction.Continue, ServiceState.Stopped)]
    [InlineData(ErrorAction.Fail, ServiceState.Failed)]
    public void Any_other_exception_during_a_stop_is_an_error(ErrorAction action, ServiceState expected)
    {
        using var service = new Counter("torn", new ListLogger())
        {
            OnError = action,
            Body = stop =>
            {
                stop.WaitHandle.WaitOne();
                throw new IOException("torn");
            },
        };
        Assert.Equal(expected, Stop(service));
        Assert.Equal("torn", service.LastError!.Message);
    }

    [Theory]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(ThreadInterruptedException))]
    public void A_cancellation_or_interruption_that_nobody_asked_for_is_an_error(Type type)
    {
        var error = (Exception)Activator.CreateInstance(type)!;
        using var service = new Counter("surprised", new ListLogger()) { Body = _ => throw error };
        service.Start();
        Until.True(() => service.Count > 1, "the body goes on");
        Assert.Same(error, service.LastError);
    }

    [Fact]
    public void What_a_killed_body_makes_of_its_interruption_is_an_error()
    {
        using var never = new ManualResetEventSlim();
        using var service = new Counter("killed", new ListLogger())
        {
            Body = _ =>
            {
                try
                {
                    never.Wait(CancellationToken.None);
                }
                catch (ThreadInterruptedException error)
                {
                    throw new IOException("torn", error);
                }
            },
        };
        service.Start();
        Until.True(() => service.Count == 1, "the first iteration");
        Assert.True(service.Kill());
        Assert.Equal(ServiceState.Killed, service.State);
        Assert.Equal("torn", service.LastError!.Message);
    }

    private static ServiceState Stop(Counter service)
    {
        service.Start();
        Until.True(() => service.Count == 1, "the first iteration");
        service.Stop();
        Assert.True(service.WaitTillStopped(Until.Patience));
        return service.State;
    }
}
