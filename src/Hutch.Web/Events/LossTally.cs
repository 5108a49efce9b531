using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Detectors.Ledger;

namespace Hutch.Web.Events;

/// <summary>Adds up what the stages of the detector note as lost, from the start of this server on. Safe for use by several threads.</summary>
internal sealed class LossTally(Instrument instrument) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(LossStage Stage, LossReason Reason, int Module), (long Count, double Last)> _lost = [];
    private readonly List<Loss> _read = [];
    private LossJournal? _journal;
    private string _detector = "";
    private long _position;

    /// <summary>By stage, reason and module (-1: of none): how much was lost, and when last.</summary>
    public IReadOnlyList<(LossStage Stage, LossReason Reason, int Module, long Count, double Last)> Lost
    {
        get
        {
            lock (_gate)
                return [.. _lost.Select(l => (l.Key.Stage, l.Key.Reason, l.Key.Module, l.Value.Count, l.Value.Last)).OrderBy(l => (l.Stage, l.Reason, l.Module))];
        }
    }

    /// <summary>The losses that could not be read because too many came at once.</summary>
    public long Unreadable { get; private set; }

    /// <summary>Takes in what is new; to be called about once a second.</summary>
    /// <exception cref="UserErrorException">The journal cannot be opened.</exception>
    public void Follow()
    {
        lock (_gate)
        {
            Open(instrument.Daq.Configuration.DetectorName);
            _read.Clear();
            Unreadable += _journal!.Read(ref _position, _read);
            var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
            foreach (var loss in _read)
            {
                var key = (loss.Stage, loss.Reason, loss.Module);
                _lost[key] = (_lost.GetValueOrDefault(key).Count + loss.Count, now);
            }
        }
    }

    public JsonArray Shape() => new([.. Lost.Select(l => (JsonNode)new JsonObject
    {
        ["stage"] = Name(l.Stage),
        ["reason"] = Name(l.Reason),
        ["module"] = l.Module,
        ["count"] = l.Count,
        ["last"] = l.Last,
    })]);

    /// <summary>The name of a stage or reason as the ledger has it.</summary>
    public static string Name(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public void Dispose() => _journal?.Dispose();

    private void Open(string detector)
    {
        if (_detector == detector)
            return;
        var journal = LossJournal.Open(detector);
        _journal?.Dispose();
        (_journal, _detector, _position) = (journal, detector, journal.Count);
    }
}
