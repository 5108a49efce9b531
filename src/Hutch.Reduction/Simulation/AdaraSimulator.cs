using System.Diagnostics;
using System.Globalization;
using Hutch.Reduction.Sources;
using Hutch.Reduction.Sources.Adara;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Simulation;

/// <summary>A stream management service of ours: pulses at 60 Hz with the events of a powder or of a file, in runs with pauses, logs, monitors and faults.</summary>
public sealed class AdaraSimulator : Service
{
    private const uint Monitor = 1;
    private const uint Device = 1;
    private const uint TemperatureVariable = 1;
    private const uint ShutterVariable = 2;
    private const int PulsesPerValue = 6;
    private const double FullRate = 60;

    // As fast as it goes is as fast as the clients are.
    private const int MostBehind = 2000;

    // 24 µC: a pulse of 1.4 MW at 60 Hz, in units of 10 pC.
    private const uint ChargeOfPulse = 2_400_000;

    private readonly AdaraSimulatorOptions _options;
    private readonly Random _random;
    private readonly PowderDiffractometer _powder;
    private readonly uint[][] _banks;
    private NexusEvents? _file;
    private AdaraServer? _server;
    private long _startedAt;
    private long _firstNs;
    private int _pulse;
    private int _pauseLeft;
    private uint _run;

    /// <summary>Makes it.</summary>
    public AdaraSimulator(AdaraSimulatorOptions options, ILogger? logger)
        : base("adara-simulator", logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _random, _run) = (options, new Random(options.Seed), (uint)options.FirstRun);
        _powder = new PowderDiffractometer(options.Banks, options.Pixels);
        _banks = [.. Enumerable.Range(0, options.Banks).Select(b => new uint[2 * ((options.Events / options.Banks) + (b < options.Events % options.Banks ? 1 : 0))])];
        OnError = ErrorAction.Fail;
    }

    /// <summary>Its port; known once it has started.</summary>
    public int Port => _server?.Port ?? 0;

    /// <summary>Clients that are connected.</summary>
    public int Clients => _server?.Clients ?? 0;

    /// <summary>Pulses sent.</summary>
    public long Pulses { get; private set; }

    /// <summary>Events sent.</summary>
    public long Events { get; private set; }

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        _file = _options.File is { } path ? NexusEvents.Open(path) : null;
        _server = new AdaraServer(_options.Address, _options.Port, (long)_options.HistoryMb << 20, _options.Faults.Pieces);
        (_startedAt, _firstNs) = (Stopwatch.GetTimestamp(), EventTime.Now());
        Logger.LogInformation("listener: adara://{Address}:{Port}", _options.Address, Port);
        _server.Send(AdaraPackets.BeamlineInfo(_firstNs, "BL11A", _options.Instrument, $"Simulated {_options.Instrument}"));
        _server.Send(AdaraPackets.Text(PacketType.Geometry, _firstNs, _powder.Geometry()));
        _server.Send(AdaraPackets.MonitorConfiguration(_firstNs, Monitor, PowderDiffractometer.PrimaryPath - 1));
        _server.Send(AdaraPackets.Text(PacketType.DeviceDescriptor, _firstNs, Descriptor(_options.Instrument), Device));
        _server.Send(AdaraPackets.Value(_firstNs, Device, ShutterVariable, 1U));
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        if (_options.Runs > 0 && _run == _options.FirstRun + _options.Runs)
        {
            _server!.Finish();
            if (_server.IsDeserted)
                Stop();
            return TimeSpan.FromMilliseconds(50);
        }
        if (_options.Rate > 0 && TimeSpan.FromSeconds(Pulses / _options.Rate) - Stopwatch.GetElapsedTime(_startedAt) is var wait && wait > TimeSpan.Zero)
            return wait < TimeSpan.FromMilliseconds(100) ? wait : TimeSpan.FromMilliseconds(100);
        if (_options.Rate == 0 && (Clients == 0 || _server!.Behind > MostBehind))
            return TimeSpan.FromMilliseconds(1);
        // As fast as it goes: the clock of the pulses must not run ahead of the world's.
        var interval = _options.Rate > 0 ? 1e9 / _options.Rate : 1e9 / FullRate;
        var time = _firstNs + (long)(Pulses * interval) - (_options.Rate > 0 ? 0 : 86_400_000_000_000);
        SendPulse(time);
        Pulses++;
        if (++_pulse == _options.PulsesPerRun)
            EndRun(time + 1);
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        _server?.Dispose();
        _file?.Dispose();
    }

    private void SendPulse(long time)
    {
        if (_pulse == 0)
            BeginRun(time);
        if (_pauseLeft > 0 && --_pauseLeft == 0)
            _server!.Send(AdaraPackets.Annotation(time, Annotation.Marker.Resume));
        if (_options.PauseEvery > 0 && _pauseLeft == 0 && _pulse > 0 && _pulse % _options.PauseEvery == 0)
        {
            _pauseLeft = _options.PausePulses;
            _server!.Send(AdaraPackets.Annotation(time, Annotation.Marker.Pause, comment: "beam is off"));
        }
        if (_pulse % PulsesPerValue == 0)
            _server!.Send(AdaraPackets.Value(time, Device, TemperatureVariable, 20 + (_pulse * 0.001)));
        var faults = _options.Faults;
        if (IsDue(faults.Cut))
            _server!.Cut();
        var charge = ChargeOfPulse + (uint)_random.Next(1000);
        var events = AdaraPackets.BankedEvents(time, charge, (uint)(Pulses % (int)FullRate), Banks());
        _server!.Send(events);
        if (IsDue(faults.Duplicate))
            _server.Send(events);
        if (IsDue(faults.Damage))
            _server.Send(Damaged(events));
        _server.Send(AdaraPackets.MonitorEvents(time, charge, (uint)(Pulses % (int)FullRate), Monitor, [.. Enumerable.Range(0, 20).Select(_ => (uint)_random.Next(PowderDiffractometer.FrameTicks))]));
    }

    private bool IsDue(int every) => every > 0 && Pulses > 0 && Pulses % every == 0;

    private IReadOnlyList<ArraySegment<uint>> Banks()
    {
        if (_file is not null)
        {
            var pairs = _file.Pairs((int)(Pulses % _file.Pulses));
            Events += pairs.Length / 2;
            return [pairs];
        }
        for (var bank = 0; bank < _banks.Length; bank++)
            _powder.Fill(bank, _random, _banks[bank]);
        Events += _options.Events;
        return [.. _banks.Select(b => new ArraySegment<uint>(b))];
    }

    private void BeginRun(long time)
    {
        _server!.Send(AdaraPackets.RunStatus(time, _run, AdaraPacket.SecondsOf(time), RunStatus.What.NewRun));
        _server.Send(AdaraPackets.Text(PacketType.RunInfo, time, $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <runinfo xmlns="http://public.sns.gov/schema/runinfo.xsd"><proposal_id>IPTS-{_run}</proposal_id><run_number>{_run}</run_number><run_title>diamond powder</run_title></runinfo>
            """));
        Logger.LogInformation("run {Run} begins", _run);
    }

    private void EndRun(long time)
    {
        if (_pauseLeft > 0)
            _server!.Send(AdaraPackets.Annotation(time, Annotation.Marker.Resume));
        (_pulse, _pauseLeft) = (0, 0);
        _server!.Send(AdaraPackets.RunStatus(time, _run, 0, RunStatus.What.EndOfRun));
        _run++;
    }

    // The count of the last bank is more than there is.
    private static byte[] Damaged(byte[] packet)
    {
        var damaged = packet.ToArray();
        BitConverter.TryWriteBytes(damaged.AsSpan(AdaraPacket.HeaderBytes + (7 * sizeof(uint))), uint.MaxValue);
        return damaged;
    }

    private static string Descriptor(string instrument) => string.Create(CultureInfo.InvariantCulture, $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <device xmlns="http://public.sns.gov/schema/device.xsd">
          <device_name>sample environment</device_name>
          <enumerations><enumeration><enum_name>enum_01</enum_name>
            <enum_element><enum_element_name>closed</enum_element_name><enum_element_value>0</enum_element_value></enum_element>
            <enum_element><enum_element_name>open</enum_element_name><enum_element_value>1</enum_element_value></enum_element>
          </enumeration></enumerations>
          <process_variables>
            <process_variable><pv_name>{instrument}:Temperature</pv_name><pv_id>{TemperatureVariable}</pv_id><pv_type>double</pv_type><pv_units>K</pv_units></process_variable>
            <process_variable><pv_name>{instrument}:Shutter</pv_name><pv_id>{ShutterVariable}</pv_id><pv_type>enum_01</pv_type></process_variable>
          </process_variables>
        </device>
        """);
}
