using System.CommandLine;
using Hutch.Hosting;
using Hutch.Services;
using Hutch.Store;

namespace Hutch.Tests.Hosting;

public sealed class ServiceProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hutch program ").FullName;

    [Fact]
    public async Task A_program_has_its_configuration_its_own_options_and_a_status_while_it_runs()
    {
        var url = $"sqlite://{_folder}/store.db";
        await using var store = Stores.Open(url);
        await store.SetTextAsync("config.noop", """{"count": 3}""");
        var greeting = new Option<string?>("--greeting");
        NoopService? service = null;

        var exitCode = ServiceProgram.Run(["--store", url, "--log-level", "error", "--greeting", "hello"], new StartupDefaults { ServiceName = "noop" }, setup =>
        {
            Assert.Equal("hello", setup.Arguments!.GetValue(greeting));
            service = new NoopService(setup, store);
            return [service];
        }, greeting);

        Assert.Equal(0, exitCode);
        Assert.Equal(3, service!.Count);
        Assert.True(service.SawStatus);
    }

    [Fact]
    public void A_service_that_fails_ends_the_program_with_1() =>
        Assert.Equal(1, ServiceProgram.Run(["--log-level", "critical"], new StartupDefaults(), _ => [new FailingService()]));

    [Fact]
    public void A_wrong_configuration_ends_the_program_with_1() =>
        Assert.Equal(1, ServiceProgram.Run(["--config-file", Path.Combine(_folder, "missing")], new StartupDefaults(), _ => []));

    [Fact]
    public void A_wrong_command_line_ends_the_program_with_2() =>
        Assert.Equal(2, ServiceProgram.Run(["--nonsense"], new StartupDefaults(), _ => throw new InvalidOperationException("made services")));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private sealed class NoopService(ServiceSetup setup, IStore store) : Service(setup.ServiceName)
    {
        public int Count { get; private set; }

        public bool SawStatus { get; private set; }

        protected override TimeSpan? Iterate(CancellationToken stop)
        {
            SawStatus |= store.GetHashAsync("status.noop", stop).Result.ContainsKey("start_timestamp");
            if (Count < (int)setup.Config["count"]!)
                Count++;
            else if (SawStatus)
                Stop();
            return TimeSpan.FromMilliseconds(10);
        }
    }

    private sealed class FailingService : Service
    {
        public FailingService()
            : base("failing") => OnError = ErrorAction.Fail;

        protected override TimeSpan? Iterate(CancellationToken stop) => throw new InvalidDataException("broken on purpose");
    }
}
