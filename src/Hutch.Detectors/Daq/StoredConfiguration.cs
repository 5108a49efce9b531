using System.Text.Json.Nodes;
using Hutch.Store;

namespace Hutch.Detectors.Daq;

/// <summary>A configuration as stored.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Json">Its members.</param>
public sealed record StoredConfiguration(StreamId Id, JsonObject Json);
