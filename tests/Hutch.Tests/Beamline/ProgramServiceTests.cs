using Hutch.Beamline;
using Hutch.Services;
using Hutch.Services.Scopes;
using Hutch.Tests.Services;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Tests.Beamline;

/// <summary>A program whose services are threads of this process.</summary>
public sealed class ProgramServiceTests : IDisposable
{
    private readonly Session _session = new("program");
    private readonly ManualResetEventSlim _goOn = new();

    public void Dispose()
    {
        _goOn.Set();
        _session.Dispose();
        _goOn.Dispose();
    }

    [Fact]
    public void Its_services_start_and_end_with_it()
    {
        var parts = new[] { new Counter("one"), new Counter("two") };
        var program = Start(parts);
        Assert.All(parts, p => Assert.Equal(ServiceState.Running, p.State));
        Assert.All(parts, p => Assert.Same(program, p.PartOf));

        program.Stop();

        Assert.True(program.WaitTillStopped(Until.Patience));
        Assert.Equal(ServiceState.Stopped, program.State);
        Assert.All(parts, p => Assert.Equal(ServiceState.Stopped, p.State));
        Assert.All(parts, p => Assert.Equal(1, p.Released));
    }

    [Fact]
    public void It_fails_with_one_of_them_and_ends_the_others()
    {
        var well = new Counter("well");
        var program = Start(well, new Counter("ill", new ListLogger()) { OnError = ErrorAction.Fail, Body = _ => throw new IOException("no more disk") });
        Assert.True(program.WaitTillStopped(Until.Patience));
        Assert.Equal((ServiceState.Failed, "ill: no more disk"), (program.State, program.LastError!.Message));
        Assert.False(well.IsServiceAlive);
    }

    [Fact]
    public void It_ends_when_all_of_them_have()
    {
        var one = new Counter("one") { Body = _ => Service.OfThisBody!.Stop() };
        var two = new Counter("two") { Body = _ => { if (_goOn.IsSet) Service.OfThisBody!.Stop(); } };
        var program = Start(one, two);
        Assert.True(one.WaitTillStopped(Until.Patience));
        var beat = program.Heartbeat;
        Until.True(() => program.Heartbeat > beat + TimeSpan.FromMilliseconds(120), "the program to have looked at its services again");
        Assert.Equal((ServiceState.Running, ServiceState.Running), (program.State, two.State));

        _goOn.Set();

        Assert.True(program.WaitTillStopped(Until.Patience));
        Assert.Equal(ServiceState.Stopped, program.State);
    }

    [Fact]
    public void It_makes_as_much_progress_as_the_one_that_hangs_and_one_that_pauses_does_not_hang()
    {
        var pausing = new Counter("pausing") { Interval = TimeSpan.FromHours(1) };
        var program = Start(pausing);
        Until.True(() => pausing.SinceHeartbeat > TimeSpan.FromSeconds(0.5), "a pause");
        Until.True(() => program.SinceHeartbeat < TimeSpan.FromSeconds(0.5), "progress");

        var other = Start(new Counter("hanging") { Body = _ => _goOn.Wait(CancellationToken.None) });
        Until.True(() => other.SinceHeartbeat > TimeSpan.FromSeconds(1), "no progress");
    }

    private ProgramService Start(params Counter[] parts)
    {
        var program = new ProgramService($"program of {parts[0].ServiceName}", () => parts, NullLogger.Instance);
        _session.Add(program);
        program.Start();
        return program;
    }
}
