using System.Globalization;
using Hutch.Services;
using Hutch.Services.Processes;
using Hutch.Services.Scopes;
using Hutch.Supervision;
using Hutch.Supervision.Probes;
using Microsoft.Extensions.Logging;

namespace Hutch.Tests.Services;

/// <summary>Whatever belongs to a service and throws, the service lives on or ends in order; the process never pays for it.</summary>
public sealed class SurvivalTests : IDisposable
{
    private readonly Session _session = new("survival");

    public void Dispose() => _session.Dispose();

    public static TheoryData<ServiceContainer, string> BrokenLoggers()
    {
        var all = new TheoryData<ServiceContainer, string>();
        foreach (var container in new[] { ServiceContainer.Thread, ServiceContainer.Pool })
        {
            foreach (var part in new[] { "BeginScope", "EndScope", "IsEnabled", "Log" })
                all.Add(container, part);
        }
        return all;
    }

    [Theory]
    [MemberData(nameof(BrokenLoggers))]
    public void A_service_survives_its_logger(ServiceContainer container, string broken)
    {
        var log = new BrokenLogger(broken);
        var service = new Counter("logging", log) { Scope = _session, Container = container, Body = _ => throw new IOException("an error to be logged") };
        service.Start();
        Until.True(() => service.Count >= 3, "iterations in spite of the logger");
        Assert.Equal(broken == "Log", service.LostLogRecords > 0);
        service.Stop();
        Assert.True(service.WaitTillStopped(Until.Patience));
        Assert.Equal(ServiceState.Stopped, service.State);
        Assert.Equal(1, service.Released);
    }

    [Fact]
    public void A_logger_that_works_again_is_told_how_much_it_missed()
    {
        const string Lost = " log records were lost: this logger failed";
        var log = new BrokenLogger("Log");
        var service = new Counter("logging", log) { Scope = _session, Body = _ => throw new IOException("an error to be logged") };
        service.Start();
        for (var round = 1; round <= 2; round++)
        {
            var before = service.LostLogRecords;
            Until.True(() => service.LostLogRecords >= before + 2, "two more lost records");
            log.Broken = "";
            Until.True(() => log.Lines.Count(l => l.EndsWith(Lost, StringComparison.Ordinal)) == round, "the count in the log");
            Assert.Equal(service.LostLogRecords, log.Lines.Where(l => l.EndsWith(Lost, StringComparison.Ordinal)).Sum(l => int.Parse(l[..^Lost.Length], CultureInfo.InvariantCulture)));
            log.Broken = "Log";
        }
        Assert.Contains("logging: an error to be logged", log.Lines);
    }

    [Theory]
    [InlineData(ServiceContainer.Thread)]
    [InlineData(ServiceContainer.Pool)]
    public void A_service_survives_its_listeners_and_every_one_of_them_is_called(ServiceContainer container)
    {
        var (states, errors) = (new List<ServiceState>(), 0);
        var service = new Counter("heard", new BrokenLogger("Log")) { Scope = _session, Container = container, Body = _ => throw new IOException("x") };
        service.StateChanged += (_, _) => throw new InvalidOperationException("listener");
        service.StateChanged += (_, change) => states.Add(change.To);
        service.ErrorOccurred += (_, _) => throw new InvalidOperationException("listener");
        service.ErrorOccurred += (_, _) => Interlocked.Increment(ref errors);
        service.Start();
        Until.True(() => service.Count >= 3 && errors >= 2, "iterations in spite of listeners");
        service.Stop();
        Assert.True(service.WaitTillStopped(Until.Patience));
        Assert.Equal([ServiceState.Starting, ServiceState.Running, ServiceState.Stopping, ServiceState.Stopped], states);
    }

    [Theory]
    [InlineData(ServiceContainer.Thread)]
    [InlineData(ServiceContainer.Pool)]
    public void A_service_survives_an_error_that_cannot_say_what_it_is(ServiceContainer container)
    {
        var log = new ListLogger();
        var service = new Counter("mute", log) { Scope = _session, Container = container, Body = _ => throw new MuteException() };
        service.Start();
        Until.True(() => service.Count >= 3, "iterations in spite of the error");
        Assert.Contains(log.Records, r => r.Text.StartsWith($"mute: {typeof(MuteException)} (reading its message failed", StringComparison.Ordinal));
        Assert.True(service.IsServiceAlive);
    }

    [Fact]
    public void A_service_that_cannot_say_its_name_is_stopped_and_cleaned_up_like_any_other()
    {
        var (one, two) = (new Nameless("one") { Scope = _session }, new Nameless("two") { Scope = _session });
        one.Start();
        two.Start();
        (one.Other, two.Other) = (two, one); // a circle, which is logged when they end
        Assert.Empty(_session.End());
        Assert.Equal((ServiceState.Stopped, ServiceState.Stopped), (one.State, two.State));
        Assert.Equal((1, 1), (one.CleanedUp, two.CleanedUp));
        Assert.Equal((-1, -1), (one.RegistryIndex, two.RegistryIndex));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whoever_stops_a_service_survives_its_callbacks(bool kill)
    {
        var (log, registered) = (new ListLogger(), false);
        var service = new Counter("called-back", log)
        {
            Scope = _session,
            Body = stop =>
            {
                if (!registered)
                    stop.Register(() => throw new InvalidOperationException("callback"));
                registered = true;
            },
        };
        service.Start();
        Until.True(() => registered, "the registration");
        if (kill)
            service.Kill();
        else
            service.Stop();
        Assert.True(service.WaitTillStopped(Until.Patience));
        Assert.Contains(log.Records, r => r.Text == "called-back: a callback for its stop failed: callback");
    }

    [Theory]
    [InlineData(ServiceContainer.Thread)]
    [InlineData(ServiceContainer.Pool)]
    public void A_pause_may_be_as_long_as_a_TimeSpan_and_endless(ServiceContainer container)
    {
        foreach (var pause in new[] { TimeSpan.MaxValue, Timeout.InfiniteTimeSpan, TimeSpan.FromDays(60) })
        {
            var service = new DelegateService("patient", _ => pause) { Scope = _session, Container = container };
            service.Start();
            Until.True(() => service.SinceHeartbeat > TimeSpan.FromMilliseconds(30), "a pause after the first iteration");
            Assert.Equal(ServiceState.Running, service.State);
            service.Stop();
            Assert.True(service.WaitTillStopped(Until.Patience));
            Assert.Equal(ServiceState.Stopped, service.State);
        }
    }

    [Fact]
    public void A_process_is_read_and_ended_in_order_whatever_its_logger_and_listeners_do()
    {
        var service = new ProcessService("speaking", new ProcessCommand("sh", "-c", "echo one; echo two; exit 3"), new BrokenLogger("Log BeginScope"));
        _session.Add(service);
        var lines = new List<string>();
        service.LineWritten += (_, _) => throw new InvalidOperationException("listener");
        service.LineWritten += (_, line) => lines.Add(line);
        service.Start();
        Assert.True(service.WaitTillStopped(Until.Patience));
        Assert.Equal(ServiceState.Failed, service.State);
        Assert.Equal(["one", "two"], lines);
        Assert.Contains("exit code 3", service.LastError!.Message);
    }

    [Fact]
    public async Task A_supervisor_survives_its_logger_and_what_throws_in_one_service_stops_no_other()
    {
        using var supervisor = new Supervisor(new BrokenLogger("Log IsEnabled"));
        var bad = supervisor.Add(log => new Counter("bad", log) { Scope = _session }, new SupervisionOptions { Ready = new BrokenProbe() }, new BrokenLogger("Log"));
        var good = supervisor.Add(log => new Counter("good", log) { Scope = _session }, logger: new BrokenLogger("Log"));
        good.Log.LineAdded += _ => throw new InvalidOperationException("listener");
        var starting = supervisor.StartAsync([bad, good], Until.Patience);
        Until.True(() => good.IsReady && bad.LastError is not null, "the good one to run, the bad one to say what is wrong");
        Assert.Equal("its supervision failed: probe", bad.LastError);
        await supervisor.StopAsync([bad, good], Until.Patience);
        Assert.Equal((ServiceState.Stopped, ServiceState.Stopped), (bad.Service.State, good.Service.State));
        await Assert.ThrowsAnyAsync<Exception>(() => starting.WaitAsync(TimeSpan.Zero));
    }

    private sealed class BrokenLogger(string broken) : ILogger, IDisposable
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

        public volatile string Broken = broken;

        public IEnumerable<string> Lines => _lines;

        public IDisposable BeginScope<TState>(TState state)
            where TState : notnull
        {
            ThrowIf("BeginScope");
            return this;
        }

        public void Dispose() => ThrowIf("EndScope");

        public bool IsEnabled(LogLevel logLevel)
        {
            ThrowIf("IsEnabled");
            return true;
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            ThrowIf("Log");
            _lines.Enqueue(formatter(state, exception));
        }

        private void ThrowIf(string part)
        {
            if (Broken.Split(' ').Contains(part))
                throw new IOException($"{part} of the logger");
        }
    }

    private sealed class MuteException : Exception
    {
        public override string Message => throw new InvalidOperationException("no words");
    }

    private sealed class Nameless(string name) : Service(name, new BrokenLogger("Log"))
    {
        public int CleanedUp;

        public Service? Other { get; set; }

        public override string ToString() => throw new InvalidOperationException("no name");

        protected override TimeSpan? Iterate(CancellationToken stop) => TimeSpan.FromMilliseconds(1);

        protected override void OnCleanup()
        {
            CleanedUp++;
            throw new InvalidOperationException("no cleaning either");
        }
    }

    private sealed class BrokenProbe : ReadinessProbe
    {
        public override string Description => throw new InvalidOperationException("probe");

        public override ValueTask<bool> IsReadyAsync(SupervisedService service, CancellationToken stop) => ValueTask.FromResult(true);
    }
}
