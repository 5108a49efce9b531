using System.Text.RegularExpressions;

namespace Hutch.Distribution.Tests;

/// <summary>A page of the documentation, whose blocks of <c>sh</c> are what its reader types.</summary>
internal sealed partial class Guide(string file)
{
    private readonly string _text = File.ReadAllText(Path.Combine(Repository.Root, file));

    /// <summary>What stands in the blocks of a language, one after the other.</summary>
    /// <param name="language">What stands after the backticks.</param>
    /// <param name="section">Only those below this heading; null for all.</param>
    public string Blocks(string language, string? section = null)
    {
        var part = section is null ? _text : Section(section);
        var blocks = Fences().Matches(part).Where(m => m.Groups["language"].Value == language).Select(m => m.Groups["text"].Value).ToList();
        Assert.True(blocks.Count > 0, $"{file} has no block of {language} {(section is null ? "" : $"below {section}")}");
        return string.Join('\n', blocks);
    }

    private string Section(string heading)
    {
        var start = _text.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"{file} has no heading {heading}");
        var end = _text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return end < 0 ? _text[start..] : _text[start..end];
    }

    [GeneratedRegex("^```(?<language>\\w*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();
}
