using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Detectors.Acquisitions;
using Hutch.Detectors.Ledger;

namespace Hutch.Detectors.Daq;

/// <summary>An acquisition that has ended as Hutch keeps it: what the deployed log has, its files, and its loss ledger.</summary>
public static class AcquisitionRecord
{
    /// <summary>Makes the record.</summary>
    public static JsonObject Make(Acquisition acquisition)
    {
        ArgumentNullException.ThrowIfNull(acquisition);
        var record = JsonSerializer.SerializeToNode(acquisition)!.AsObject();
        record.Remove("reports");
        var s = acquisition.Statistics;
        record["files"] = JsonSerializer.SerializeToNode(acquisition.Files);
        record["bytes"] = s.Bytes;
        record["with_missing_packets"] = s.WithMissingPackets;
        record["overwritten"] = s.Overwritten;
        record["longest_write_s"] = s.LongestWrite.TotalSeconds;
        record["warning"] = acquisition.Warning;
        record["ledger"] = acquisition.Ledger is null ? null : JsonSerializer.SerializeToNode(acquisition.Ledger);
        return record;
    }

    /// <summary>The acquisition of a record.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static Acquisition Read(JsonObject record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record.Deserialize<Acquisition>()! with
        {
            Files = record["files"].Deserialize<string[]>() ?? [],
            Ledger = record["ledger"].Deserialize<LossLedger>(),
        };
    }
}
