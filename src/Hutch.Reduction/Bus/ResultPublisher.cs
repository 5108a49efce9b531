using System.Collections.Concurrent;
using System.Text.Json;
using Hutch.Bus;
using Hutch.Bus.Transports;
using Hutch.Reduction.Configuration;
using Hutch.LiveResults;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Bus;

/// <summary>
/// Publishes results on the bus: each goes to the topic exchange <c>hutch.results</c> under <c>reduction.INSTRUMENT</c> as JSON (numbers and
/// curves whole, images by shape), and methods <c>reduction-INSTRUMENT.status</c> and <c>.result</c> answer who asks.
/// </summary>
internal sealed class ResultPublisher : BusService
{
    /// <summary>The exchange.</summary>
    public const string ExchangeName = "hutch.results";

    private readonly Processing.Reduction _reduction;
    private readonly ResultFolder _folder;
    private readonly ConcurrentQueue<ResultSet> _waiting = new();
    private readonly ManualResetEventSlim _arrived = new();
    private bool _declared;

    public ResultPublisher(ReductionConfiguration configuration, Processing.Reduction reduction, ResultFolder folder, ILogger logger)
        : base(configuration.BusUri!, new ServeOptions { Name = $"reduction-{configuration.Instrument}" }, null, logger)
    {
        (_reduction, _folder) = (reduction, folder);
        reduction.Published += result =>
        {
            // Whoever is late wants the newest: a broker that is away must not make a queue here.
            while (_waiting.Count > 3)
                _waiting.TryDequeue(out _);
            _waiting.Enqueue(result);
            _arrived.Set();
        };
    }

    /// <summary>How the reduction is doing.</summary>
    public ReductionStatus? OnStatus() => _folder.ReadStatus();

    /// <summary>The last result: numbers and curves whole, images by shape.</summary>
    public JsonElement? OnResult() => _folder.ReadResult() is { } result ? JsonSerializer.SerializeToElement(ResultMessage.Of(result), ResultJson.Options) : null;

    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        var pause = base.Iterate(stop);
        var deadline = Environment.TickCount64 + (long)(pause ?? TimeSpan.FromSeconds(10)).TotalMilliseconds;
        while (Environment.TickCount64 < deadline && !stop.IsCancellationRequested)
        {
            Beat();
            try
            {
                _arrived.Wait(TimeSpan.FromMilliseconds(500), stop);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            _arrived.Reset();
            while (_waiting.TryDequeue(out var result))
                Publish(result, stop);
        }
        return TimeSpan.Zero;
    }

    private void Publish(ResultSet result, CancellationToken stop)
    {
        if (!_declared)
            Bus.Transport.DeclareExchangeAsync(new ExchangeDeclaration(ExchangeName, ExchangeType.Topic), stop).GetAwaiter().GetResult();
        _declared = true;
        var body = JsonSerializer.SerializeToUtf8Bytes(ResultMessage.Of(result), ResultJson.Options);
        Bus.Transport.PublishAsync(ExchangeName, $"reduction.{result.Instrument}", new MessageProperties { ContentType = "application/json" }, body, PublishMode.Plain, stop)
            .AsTask().GetAwaiter().GetResult();
    }
}
