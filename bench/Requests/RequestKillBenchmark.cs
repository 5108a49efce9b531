using System.Diagnostics;
using Hutch.Bench.Bus;
using Hutch.Bus.Requests;
using Hutch.Bus.Transports;

namespace Hutch.Bench.Requests;

/// <summary>From the sending of a kill to the moment a running <c>OnRequest</c> sees its token set, against 50 ms.</summary>
internal sealed class RequestKillBenchmark : Benchmark
{
    private const int Kills = 100;
    private const double LimitMilliseconds = 50;

    private ITransport _serviceBus = null!;
    private ITransport _clientBus = null!;
    private PrimaryService _service = null!;
    private RequestClient _client = null!;
    private TaskCompletionSource _begun = new();
    private TaskCompletionSource<long> _seen = new();

    public override string Name => "request-kill";

    public override string Description => "the slowest of 100 kills, from send to the token of the running OnRequest, against a limit of 50 ms";

    public override double Bar => 1;

    public override IReadOnlyList<string> Packages => ["rabbitmq-server"];

    public override void Prepare() => PrepareAsync().GetAwaiter().GetResult();

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var times = MeasureAsync().GetAwaiter().GetResult();
        log.WriteLine($"  kill p50 {times[Kills / 2]:0.00} ms, slowest {times[^1]:0.00} ms");
        return LimitMilliseconds / times[^1];
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing || _service is null)
            return;
        _service.Dispose();
        Task.Run(async () =>
        {
            await _client.DisposeAsync();
            await _serviceBus.DisposeAsync();
            await _clientBus.DisposeAsync();
        }).GetAwaiter().GetResult();
    }

    private async Task PrepareAsync()
    {
        var url = Broker.UrlOf(BrokerKind.RabbitMq);
        _serviceBus = Transport.Open(url);
        _clientBus = Transport.Open(url);
        _service = new PrimaryService(_serviceBus, "bench", new UntilKilled(this), new RequestServiceOptions { Tag = "bench" });
        _service.Start();
        _client = new RequestClient(_clientBus);
        while (!_service.IsListening)
            await Task.Delay(10);
    }

    private async Task<double[]> MeasureAsync()
    {
        var times = new double[Kills];
        for (var i = 0; i < Kills; i++)
        {
            _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var id = await _client.SendAsync("bench", i);
            await _begun.Task;
            var sent = Stopwatch.GetTimestamp();
            await _client.KillAsync("bench", id);
            times[i] = Stopwatch.GetElapsedTime(sent, await _seen.Task).TotalMilliseconds;
        }
        Array.Sort(times);
        return times;
    }

    private sealed class UntilKilled(RequestKillBenchmark owner) : IRequestHandler
    {
        public async Task<object?> OnRequest(string requestId, Request request, CancellationToken kill)
        {
            var ended = new TaskCompletionSource();
            await using var registration = kill.Register(ended.SetResult);
            owner._begun.SetResult();
            await ended.Task;
            owner._seen.SetResult(Stopwatch.GetTimestamp());
            return null;
        }
    }
}
