using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Hutch.Reduction.Sources;
using Hutch.Reduction.Sources.Kafka;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Simulation;

/// <summary>An instrument that sends events of a powder to Kafka: three peaks in the time of flight over a flat background, run after run.</summary>
public sealed class KafkaSimulator : Service
{
    private const double PulseNs = 1e9 / 14;

    // Times of flight of the peaks, and their widths, in ns.
    private static readonly (double Centre, double Width)[] s_peaks = [(18e6, 0.2e6), (31e6, 0.3e6), (47e6, 0.4e6)];

    private readonly KafkaSimulatorOptions _options;
    private readonly Random _random;
    private readonly long[] _ids;
    private MockBroker? _broker;
    private IProducer<Null, byte[]>? _producer;
    private long _startedAt;
    private long _firstNs;
    private int _run;
    private int _pulse;

    /// <summary>Makes it.</summary>
    public KafkaSimulator(KafkaSimulatorOptions options, ILogger? logger)
        : base("kafka-simulator", logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _random, _ids) = (options, new Random(options.Seed), new long[options.Banks]);
        OnError = ErrorAction.Fail;
    }

    /// <summary>Where the messages go; known once it has started.</summary>
    public string Brokers => _options.Brokers ?? _broker?.Brokers ?? "";

    /// <summary>Pulses sent.</summary>
    public long Pulses { get; private set; }

    /// <summary>Events sent.</summary>
    public long Events { get; private set; }

    /// <summary>Messages that the broker did not take.</summary>
    public long Failed { get; private set; }

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        if (_options.Brokers is null)
        {
            _broker = new MockBroker();
            foreach (var topic in new[] { "events", "runInfo", "sampleEnv" })
                _broker.CreateTopic(Topic(topic));
            Logger.LogInformation("a test broker is at {Brokers}; listener: kafka://{Brokers2}/{Events},{Runs},{Logs}", Brokers, Brokers, Topic("events"), Topic("runInfo"), Topic("sampleEnv"));
        }
        _producer = new ProducerBuilder<Null, byte[]>(_options.Properties.On(new ProducerConfig { BootstrapServers = Brokers, LingerMs = 2, MessageMaxBytes = 100_000_000, QueueBufferingMaxKbytes = 1 << 18 }))
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => Logger.LogWarning("broker {Brokers}: {Reason}", Brokers, error.Reason)).Build();
        (_startedAt, _firstNs) = (Stopwatch.GetTimestamp(), EventTime.Now());
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        if (_options.Rate > 0 && TimeSpan.FromSeconds(Pulses / _options.Rate) - Stopwatch.GetElapsedTime(_startedAt) is { } wait && wait > TimeSpan.Zero)
            return wait < TimeSpan.FromMilliseconds(100) ? wait : TimeSpan.FromMilliseconds(100);
        var interval = _options.Rate > 0 ? 1e9 / _options.Rate : PulseNs;
        var time = _firstNs + (long)(Pulses * interval);
        if (_pulse == 0)
            Send("runInfo", RunMessage.WriteStart(_options.Instrument, Name(++_run), $"job-{_run}", time));
        Send("sampleEnv", LogDataMessage.Write($"{_options.Instrument}:Temperature", time, 20 + (_pulse * 0.01)));
        for (var bank = 0; bank < _options.Banks; bank++)
            SendBank(bank, time);
        Pulses++;
        if (++_pulse < _options.PulsesPerRun)
            return null;
        // A millisecond later: run messages have milliseconds, and the last pulse must be inside.
        Send("runInfo", RunMessage.WriteStop(Name(_run), $"job-{_run}", time + Math.Min(2_000_000, (long)interval)));
        _pulse = 0;
        if (_run == _options.Runs)
        {
            _producer!.Flush(stop);
            Stop();
        }
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        _producer?.Flush(TimeSpan.FromSeconds(5));
        _producer?.Dispose();
        _broker?.Dispose();
    }

    private void SendBank(int bank, long time)
    {
        var count = (_options.Events / _options.Banks) + (bank < _options.Events % _options.Banks ? 1 : 0);
        var (tofs, pixels) = (new int[count], new uint[count]);
        for (var i = 0; i < count; i++)
        {
            pixels[i] = (uint)((bank * _options.Pixels) + _random.Next(_options.Pixels));
            tofs[i] = TimeOfFlight();
        }
        Send("events", EventMessage.Write($"bank{bank + 1}", _ids[bank]++, [time], [0], tofs, pixels));
        Events += count;
    }

    private int TimeOfFlight()
    {
        var kind = _random.Next(s_peaks.Length + 1);
        if (kind == s_peaks.Length)
            return _random.Next((int)PulseNs);
        // The sum of four even distributions is close to a normal one.
        var even = _random.NextDouble() + _random.NextDouble() + _random.NextDouble() + _random.NextDouble() - 2;
        return (int)(s_peaks[kind].Centre + (even * s_peaks[kind].Width * Math.Sqrt(3)));
    }

    private void Send(string topic, byte[] message)
    {
        while (true)
        {
            try
            {
                _producer!.Produce(Topic(topic), new Message<Null, byte[]> { Value = message }, report => Failed += report.Error.IsError ? 1 : 0);
                return;
            }
            catch (ProduceException<Null, byte[]> error) when (error.Error.Code == ErrorCode.Local_QueueFull)
            {
                _producer!.Poll(TimeSpan.FromMilliseconds(50));
                Beat();
            }
        }
    }

    private string Topic(string what) => $"{_options.Instrument}_{what}";

    private static string Name(int run) => run.ToString(CultureInfo.InvariantCulture);
}
