using Hutch.Services;
using Hutch.Services.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hutch.Tests.Services;

public class HostTests
{
    [Fact]
    public async Task The_host_runs_our_services_in_order_and_the_registry_sees_its_own()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddHutchService<Upper>("upper");
        builder.Services.AddHutchService<Lower>("lower");
        builder.Services.AddHostedService<Background>();
        using var host = builder.Build();
        await host.StartAsync();
        var upper = host.Services.GetRequiredService<Upper>();
        var lower = host.Services.GetRequiredService<Lower>();
        Assert.Equal(["upper"], lower.Dependants.Names);
        Assert.True(Order.Of(lower, ServiceState.Running) < Order.Of(upper, ServiceState.Starting));
        var view = ServiceRegistry.FindServicesFromAllSources().Get(typeof(Background).FullName!);
        Assert.Equal(ServiceState.Running, view.State);

        // The host starts its body on the pool; one that is stopped before never begins.
        var background = (Background)((HostedServiceView)view).Hosted;
        Until.True(() => background.Begins == 1, "the hosted service to run");
        view.Stop();
        Assert.True(view.WaitTillStopped(Until.Patience));
        Assert.Equal(1, background.Ends);
        view.Start();
        Until.True(() => background.Begins == 2, "the hosted service to run again");

        await host.StopAsync();
        Assert.Equal(2, background.Ends);
        Assert.True(Order.Of(upper, ServiceState.Stopped) < Order.Of(lower, ServiceState.Stopping));
        Assert.Empty(ServiceRegistry.FindServicesFromAllSources().FindByName("upper"));
        Assert.Empty(ServiceRegistry.FindServicesFromAllSources().FindByName(view.ServiceName));
    }

    [Fact]
    public async Task A_failed_service_ends_the_application_with_an_exit_code()
    {
        var before = Environment.ExitCode;
        try
        {
            var builder = Host.CreateApplicationBuilder();
            builder.Services.AddHutchService<Failing>();
            using var host = builder.Build();
            await host.RunAsync().WaitAsync(Until.Patience);
            Assert.Equal(1, Environment.ExitCode);
        }
        finally
        {
            Environment.ExitCode = before;
        }
    }

    [Fact]
    public async Task A_background_service_that_fails_shows_as_failed()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddHutch().AddHostedService<FailingBackground>();
        builder.Services.Configure<HostOptions>(o => o.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore);
        using var host = builder.Build();
        await host.StartAsync();
        var view = ServiceRegistry.FindServicesFromAllSources().Get(typeof(FailingBackground).FullName!);
        Until.True(() => view.State == ServiceState.Failed, "its failure to show");
        Assert.Equal("background broken", view.LastError!.Message);
        await host.StopAsync();
    }

    [Fact]
    public async Task Those_of_a_type_have_names_of_their_own_and_each_end_has_its_reason()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddHutch();
        static async Task FailAtTheEnd(CancellationToken stop)
        {
            await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new IOException("not closed");
        }
        Func<CancellationToken, Task>[] bodies =
        [
            _ => Task.CompletedTask,
            stop => Task.Delay(Timeout.Infinite, stop),
            stop => Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, TaskScheduler.Default),
            FailAtTheEnd,
            FailAtTheEnd,
        ];
        foreach (var body in bodies)
            builder.Services.AddSingleton<IHostedService>(new Hosted(body));
        using var host = builder.Build();
        await host.StartAsync();
        var views = new[] { "", "-2", "-3", "-4", "-5" }.Select(n => ServiceRegistry.FindServicesFromAllSources().Get(typeof(Hosted).FullName + n)).ToList();
        Assert.True(views[0].WaitTillStopped(Until.Patience));
        Assert.All(views[1..], v => Assert.Equal(ServiceState.Running, v.State));

        views[4].Stop();
        Assert.True(views[4].WaitTillStopped(Until.Patience));
        await Record.ExceptionAsync(() => host.StopAsync());

        Assert.Equal((ServiceState.Stopped, "its work is done"), (views[0].State, views[0].History[^2].Reason));
        Assert.All(views[1..3], v => Assert.Equal((ServiceState.Stopped, "the host has stopped it"), (v.State, v.History[^2].Reason)));
        Assert.All(views[3..], v => Assert.Equal((ServiceState.Failed, "not closed"), (v.State, v.LastError?.Message)));
    }

    private sealed class Hosted(Func<CancellationToken, Task> body) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => body(stoppingToken);
    }

    internal sealed class Lower(string name) : Counter(name);

    internal sealed class Upper(string name, Lower lower) : Counter(name)
    {
        public string Below => lower.ServiceName;
    }

    internal sealed class Failing : Counter
    {
        public Failing()
            : base("failing")
        {
            OnError = ErrorAction.Fail;
            Body = _ => throw new IOException("broken");
        }
    }

    internal sealed class Background : BackgroundService
    {
        public int Begins;
        public int Ends;

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            Interlocked.Increment(ref Begins);
            await Task.Delay(Timeout.Infinite, stoppingToken).ContinueWith(_ => Interlocked.Increment(ref Ends), TaskScheduler.Default);
        }
    }

    internal sealed class FailingBackground : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new IOException("background broken");
        }
    }
}
