using System.Text;

namespace Hutch.Installation.Windows;

/// <summary>Makes one text of words, as CommandLineToArgvW takes it apart.</summary>
public static class CommandLine
{
    /// <summary>The command line of these words.</summary>
    public static string Of(params IEnumerable<string> words) => string.Join(' ', words.Select(Quote));

    // Backslashes count only before a quotation mark: there, each is doubled.
    private static string Quote(string word)
    {
        if (word.Length > 0 && word.AsSpan().IndexOfAny(" \t\"\n\v") < 0)
            return word;
        var quoted = new StringBuilder("\"");
        var backslashes = 0;
        foreach (var c in word)
        {
            if (c == '"')
                quoted.Append('\\', backslashes + 1);
            backslashes = c == '\\' ? backslashes + 1 : 0;
            quoted.Append(c);
        }
        return quoted.Append('\\', backslashes).Append('"').ToString();
    }
}
