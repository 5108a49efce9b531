using System.Diagnostics.Metrics;
using Hutch.Beamline.Control;
using Hutch.Detectors.Acquisitions;
using Hutch.Detectors.Ledger;
using Hutch.Web.Events;
using Hutch.Web.Live;

namespace Hutch.Web.Metrics;

/// <summary>
/// The numbers of the whole instrument as instruments of the meter <c>Hutch.Instrument</c>: what each service of the beamline counts, how the
/// services are, the acquisition with its ledger, what is lost. They are read on request, from the same places as the pages read them.
/// </summary>
internal sealed class InstrumentMetrics : IDisposable
{
    private readonly Beats _beats;
    private readonly HashSet<string> _counts = [];

    public InstrumentMetrics(Instrument instrument, Beats beats, LossTally losses, LiveView live)
    {
        _beats = beats;
        Meter = new Meter("Hutch.Instrument");
        Gauge("hutch.service.up", null, "Whether a service runs and is ready.", () => Services(s => s.State == "running" && s.Ready ? 1 : 0));
        Gauge("hutch.service.wanted", null, "Whether a service is wanted to run.", () => Services(s => s.Wanted ? 1 : 0));
        Gauge("hutch.service.heartbeat.age", "s", "Time since a service made progress.", () => Services(s => s.HeartbeatAgeS));
        Gauge("hutch.service.cpu", "1", "Processor time of a service as a share of one processor.", () => Services(s => s.CpuPercent / 100));
        Gauge("hutch.service.memory", "By", "Resident memory of a service.", () => Services(s => s.MemoryBytes));
        Counter("hutch.service.restarts", "{restart}", "Restarts of a service after it ended unexpectedly.", () => Services(s => s.Restarts));
        Gauge("hutch.acquisition.images.requested", "{image}", "Images requested for the current or last acquisition.", () => Run(instrument, r => r.Info.Images));
        Gauge("hutch.acquisition.images.written", "{image}", "Images in the files of the current or last acquisition.", () => Run(instrument, r => r.Statistics.Completed));
        Gauge("hutch.acquisition.running", null, "Whether an acquisition is running.", () => [new(instrument.Daq.Status.State == WriterState.Writing ? 1 : 0)]);
        Gauge("hutch.acquisition.ledger.expected", null, "Expected output of a stage, in the last acquisition.", () => Rows(instrument, row => row.Expected));
        Gauge("hutch.acquisition.ledger.passed", null, "Actual output of a stage, in the last acquisition.", () => Rows(instrument, row => row.Passed));
        Gauge("hutch.acquisition.ledger.lost", null, "Losses in a stage, in the last acquisition.", () => Lost(instrument));
        Counter("hutch.losses", null, "Losses recorded by the stages since the start of the server.", () => losses.Lost.Select(l =>
            new Measurement<double>(l.Count, Tag("stage", LossTally.Name(l.Stage)), Tag("reason", LossTally.Name(l.Reason)), Tag("module", l.Module))));
        Counter("hutch.losses.unreadable", null, "Losses recorded too fast to be read.", () => [new(losses.Unreadable)]);
        Gauge("hutch.store.away", null, "Whether the store is unavailable.", () => [new(instrument.Outbox.IsAway ? 1 : 0)]);
        Gauge("hutch.store.waiting", "{entry}", "Entries waiting for the store.", () => [new(instrument.Outbox.Waiting)]);
        Counter("hutch.store.dropped", "{entry}", "Entries dropped because the store was unavailable for too long.", () => [new(instrument.Outbox.Dropped)]);
        Gauge("hutch.live.viewers", "{viewer}", "Viewers of the live stream.", () => [new(live.Viewers)]);
    }

    /// <summary>The meter.</summary>
    public Meter Meter { get; }

    /// <summary>Looks at the services, and makes instruments of what they count for the first time.</summary>
    public async Task RefreshAsync()
    {
        await _beats.ReadAsync().ConfigureAwait(false);
        lock (_counts)
        {
            foreach (var count in Others().SelectMany(s => s.Counts).Where(c => _counts.Add(c.Name)))
                Counter(count.Name, count.Unit, "", () => Others().SelectMany(s => s.Counts.Where(c => c.Name == count.Name).Select(c => new Measurement<double>(c.Value, Tag("service", s.Name)))));
        }
    }

    public void Dispose() => Meter.Dispose();

    // What this process counts has instruments of its own.
    private IEnumerable<ServiceStatus> Others() => _beats.Services.Where(s => s.Pid != Environment.ProcessId);

    private IEnumerable<Measurement<double>> Services(Func<ServiceStatus, double?> value) =>
        from service in _beats.Services
        let number = value(service)
        where number is not null
        select new Measurement<double>(number.Value, Tag("service", service.Name));

    private static IEnumerable<Measurement<double>> Run(Instrument instrument, Func<Detectors.Acquisitions.Acquisition, double> value) =>
        instrument.Daq.Status.Acquisition is { } run ? [new(value(run))] : [];

    private static IEnumerable<Measurement<double>> Rows(Instrument instrument, Func<LedgerRow, double> value) =>
        (instrument.Daq.Status.Acquisition?.Ledger?.Stages ?? []).Select(row => new Measurement<double>(value(row), Tag("stage", row.Stage), Tag("unit", row.Unit)));

    private static IEnumerable<Measurement<double>> Lost(Instrument instrument) =>
        from row in instrument.Daq.Status.Acquisition?.Ledger?.Stages ?? []
        from lost in row.Lost
        select new Measurement<double>(lost.Value, Tag("stage", row.Stage), Tag("unit", row.Unit), Tag("reason", lost.Key));

    private void Gauge(string name, string? unit, string description, Func<IEnumerable<Measurement<double>>> read) => Meter.CreateObservableGauge(name, read, unit, description);

    private void Counter(string name, string? unit, string description, Func<IEnumerable<Measurement<double>>> read) => Meter.CreateObservableCounter(name, read, unit, description);

    private static KeyValuePair<string, object?> Tag(string name, object value) => new(name, value);
}
