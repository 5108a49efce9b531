using System.ComponentModel;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hutch.Web.Description;

namespace Hutch.Web.Reduction;

[Description("The last result of a live reduction.")]
[Example("""{"instrument": "JF1", "items": [{"name": "sum", "kind": "number", "value": 12.5}]}""")]
internal sealed class ReductionResult
{
    [Description("The short name of the instrument.")]
    public required string Instrument { get; init; }

    [Description("Numbers and curves with their values; images by type and shape.")]
    public required IReadOnlyList<JsonObject> Items { get; init; }

    [JsonExtensionData]
    public JsonObject? Others { get; init; }
}
