using System.Text.RegularExpressions;

namespace Hutch.Hosting;

/// <summary>
/// Environment variables in arguments and configuration files: <c>$NAME</c> or <c>${NAME}</c>, in capitals, and <c>$$</c>
/// for a dollar sign. They are put in inside the program, so that a secret shows neither in a file nor in a list of processes.
/// </summary>
public static partial class Variables
{
    /// <summary>The names in a text, in order, each once.</summary>
    public static IReadOnlyList<string> MentionedIn(string text) =>
        [.. Mention().Matches(text).Select(NameOf).Where(name => name.Length > 0).Distinct()];

    /// <summary>Puts the values in place of the names.</summary>
    /// <param name="text">A text with or without variables.</param>
    /// <param name="variable">Returns the value of a variable, or null.</param>
    /// <param name="where">What the text is, for the message.</param>
    /// <exception cref="UserErrorException">A variable is not set; the message names all that are missing.</exception>
    public static string Expand(string text, Func<string, string?> variable, string where)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(variable);
        if (!text.Contains('$', StringComparison.Ordinal))
            return text;
        return Missing(text, variable) is { } missing
            ? throw new UserErrorException($"{where} {missing}")
            : Mention().Replace(text, match => NameOf(match) is { Length: > 0 } name ? variable(name)! : "$");
    }

    /// <summary>The error of a text whose variables are not all set, to follow the name of the text; null if they are.</summary>
    /// <param name="text">A text with or without variables.</param>
    /// <param name="variable">Returns the value of a variable, or null.</param>
    public static string? Missing(string text, Func<string, string?> variable)
    {
        var missing = MentionedIn(text).Where(name => variable(name) is null).ToList();
        return missing.Count == 0 ? null
            : $"mentions {string.Join(", ", missing.Select(m => "$" + m))}, which {(missing.Count == 1 ? "is" : "are")} not set; set {(missing.Count == 1 ? "it" : "them")}, or write $$ for a dollar sign";
    }

    private static string NameOf(Match match) => match.Groups[1].Value + match.Groups[2].Value;

    [GeneratedRegex(@"\$(?:\$|\{([A-Z_][A-Z0-9_]*)\}|([A-Z_][A-Z0-9_]*))", RegexOptions.CultureInvariant)]
    private static partial Regex Mention();
}
