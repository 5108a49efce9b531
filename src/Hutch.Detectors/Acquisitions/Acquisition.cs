using System.Text.Json.Serialization;
using Hutch.Detectors.Ledger;

namespace Hutch.Detectors.Acquisitions;

/// <summary>An acquisition as it is at a moment. Its JSON is that of the deployed REST interface.</summary>
public sealed record Acquisition
{
    /// <summary>How far it is.</summary>
    [JsonPropertyName("state")]
    [JsonConverter(typeof(StateNameConverter<AcquisitionState>))]
    public AcquisitionState State { get; init; }

    /// <summary>Empty while it runs; then <c>Completed.</c>, <c>Interrupted.</c> or <c>ERROR:</c> and the cause.</summary>
    [JsonPropertyName("message")]
    public string Message { get; init; } = "";

    /// <summary>What was asked for.</summary>
    [JsonPropertyName("info")]
    public required AcquisitionInfo Info { get; init; }

    /// <summary>Its results so far.</summary>
    [JsonPropertyName("stats")]
    public AcquisitionStatistics Statistics { get; init; } = new();

    /// <summary>Reports about its files; null before there are any.</summary>
    [JsonPropertyName("reports")]
    public IReadOnlyList<object>? Reports { get; init; }

    /// <summary>The files on disk; the name of one whose acquisition failed ends in <c>.incomplete</c>.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>What was lost where, once the acquisition has ended.</summary>
    [JsonIgnore]
    public LossLedger? Ledger { get; init; }

    /// <summary>What is wrong at the moment, such as a write call that does not return; null if nothing is.</summary>
    [JsonIgnore]
    public string? Warning { get; init; }

    /// <summary>Whether it has ended.</summary>
    [JsonIgnore]
    public bool HasEnded => State is AcquisitionState.Finished or AcquisitionState.Failed;
}
