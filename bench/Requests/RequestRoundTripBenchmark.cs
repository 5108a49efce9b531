using System.Diagnostics;
using Hutch.Bench.Bus;
using Hutch.Bus.Requests;
using Hutch.Bus.Transports;

namespace Hutch.Bench.Requests;

/// <summary>From the sending of a request to its <c>request_success</c>, one at a time, against a bare echo on the same broker.</summary>
internal sealed class RequestRoundTripBenchmark : Benchmark
{
    private const int Calls = 1000;
    private static readonly byte[] Body = """{"n_images": 100, "output_file": "/data/run_0001.h5"}"""u8.ToArray();

    private BareEcho _echo = null!;
    private ITransport _serviceBus = null!;
    private ITransport _clientBus = null!;
    private PrimaryService _service = null!;
    private RequestClient _client = null!;
    private string _waitedFor = "";
    private TaskCompletionSource _succeeded = new();

    public override string Name => "request-round-trip";

    public override string Description => "send to request_success against a bare RabbitMQ.Client echo, medians of one at a time";

    public override double Bar => 0.5;

    public override IReadOnlyList<string> Packages => ["rabbitmq-server"];

    public override void Prepare() => PrepareAsync().GetAwaiter().GetResult();

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var echo = MeasureAsync(() => _echo.CallAsync(Body)).GetAwaiter().GetResult();
        var ours = MeasureAsync(RequestAsync).GetAwaiter().GetResult();
        log.WriteLine($"  bare echo p50 {Microseconds(echo, 0.5):0} us, p99 {Microseconds(echo, 0.99):0} us; request p50 {Microseconds(ours, 0.5):0} us, p99 {Microseconds(ours, 0.99):0} us");
        return Microseconds(echo, 0.5) / Microseconds(ours, 0.5);
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
            await _echo.DisposeAsync();
            await _serviceBus.DisposeAsync();
            await _clientBus.DisposeAsync();
        }).GetAwaiter().GetResult();
    }

    private static double Microseconds(double[] sorted, double quantile) => sorted[(int)(quantile * (sorted.Length - 1))];

    private static async Task<double[]> MeasureAsync(Func<Task> call)
    {
        var times = new double[Calls];
        for (var i = 0; i < Calls; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await call();
            times[i] = Stopwatch.GetElapsedTime(begun).TotalMicroseconds;
        }
        Array.Sort(times);
        return times;
    }

    private async Task PrepareAsync()
    {
        var url = Broker.UrlOf(BrokerKind.RabbitMq);
        _echo = await BareEcho.OpenAsync(url);
        _serviceBus = Transport.Open(url);
        _clientBus = Transport.Open(url);
        _service = new PrimaryService(_serviceBus, "bench", new Nothing(), new RequestServiceOptions { Tag = "bench" });
        _service.Start();
        _client = new RequestClient(_clientBus);
        await _client.SubscribeAsync(status =>
        {
            if (status.Action == RequestAction.Success && status.RequestId == _waitedFor)
                _succeeded.SetResult();
        });
        while (!_service.IsListening)
            await Task.Delay(10);
    }

    private async Task RequestAsync()
    {
        _waitedFor = Guid.NewGuid().ToString();
        _succeeded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _client.SendJsonAsync("bench", Body, requestId: _waitedFor);
        await _succeeded.Task;
    }

    private sealed class Nothing : IRequestHandler
    {
        public Task<object?> OnRequest(string requestId, Request request, CancellationToken kill) => Task.FromResult<object?>(null);
    }
}
