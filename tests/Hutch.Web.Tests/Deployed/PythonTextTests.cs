using System.Diagnostics;
using System.Text.Json.Nodes;
using Hutch.Web.Answers;

namespace Hutch.Web.Tests.Deployed;

/// <summary>Held against Python itself.</summary>
public class PythonTextTests
{
    private const string Sample = """{"b": [1, null, true, "it's \"é\" \n"], "a": {"z": -3, "y": "\ud83d\ude00"}, "c": "don't"}""";

    [Theory]
    [InlineData("print(repr(json.loads(sys.argv[1])))", false)]
    [InlineData("print(json.dumps(json.loads(sys.argv[1]), sort_keys=True))", true)]
    public void It_is_what_python_writes(string statement, bool json)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", ["-c", "import json, sys; " + statement, Sample]) { RedirectStandardOutput = true, StandardOutputEncoding = System.Text.Encoding.UTF8 };
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        using var python = Process.Start(start)!;
        var expected = python.StandardOutput.ReadToEnd().TrimEnd('\n');
        Assert.Equal(expected, json ? PythonText.SortedJson(JsonNode.Parse(Sample)) : PythonText.Repr(JsonNode.Parse(Sample)));
    }
}
