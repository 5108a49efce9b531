using System.Text.Json.Nodes;
using Hutch.Detectors.Daq;

namespace Hutch.Web.Tests.State;

public class ConfigurationMergeTests
{
    private static readonly JsonObject Present = JsonNode.Parse("""{"detector_name": "d", "n_modules": 2, "module_positions": {"0": [0, 0, 1, 1]}, "submodule_info": {"a": 1}, "x_custom": 1}""")!.AsObject();

    [Theory]
    [InlineData("""{}""", """{}""")]
    [InlineData("""{"n_modules": null, "unknown": 5}""", """{}""")]
    [InlineData("""{"n_modules": " 7 "}""", """{"n_modules": 7}""")]
    [InlineData("""{"n_modules": "seven"}""", """{"n_modules": "seven"}""")]
    [InlineData("""{"module_positions": {}}""", """{}""")]
    [InlineData("""{"module_positions": {"1": {"start_x": 1, "start_y": "2", "end_x": 3, "end_y": 4}}}""", """{"module_positions": {"1": [1, 2, 3, 4]}}""")]
    [InlineData("""{"module_positions": {"1": [1, 2, 3]}}""", """{"module_positions": {"1": [1, 2, 3]}}""")]
    [InlineData("""{"submodule_info": {"b": {}}, "x_custom": 2}""", """{"submodule_info": {"b": {}}, "x_custom": 2}""")]
    public void What_is_left_out_stays(string changes, string expected)
    {
        var wanted = Present.DeepClone().AsObject();
        foreach (var (name, value) in JsonNode.Parse(expected)!.AsObject())
            wanted[name] = value?.DeepClone();
        Assert.Equal(wanted.ToJsonString(), ConfigurationMerge.Apply(Present, JsonNode.Parse(changes)!.AsObject()).ToJsonString());
    }
}
