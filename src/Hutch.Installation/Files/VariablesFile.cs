using System.Text;

namespace Hutch.Installation.Files;

/// <summary>
/// A file of environment variables as systemd reads it (EnvironmentFile= in systemd.exec(5)): <c>NAME="value"</c>, with a backslash
/// before <c>" \ ` $</c>.
/// </summary>
public static class VariablesFile
{
    private const string Escaped = "\"\\`$";

    /// <summary>Makes the text of a file.</summary>
    public static string Write(IEnumerable<KeyValuePair<string, string>> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        var text = new StringBuilder("# The environment of a service. Only its owner may read this.\n");
        foreach (var (name, value) in variables.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            text.Append(name).Append("=\"");
            foreach (var c in value)
                text.Append(Escaped.Contains(c, StringComparison.Ordinal) ? "\\" : "").Append(c);
            text.Append("\"\n");
        }
        return text.ToString();
    }

    /// <summary>Reads the text of a file that <see cref="Write"/> made.</summary>
    public static Dictionary<string, string> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var variables = new Dictionary<string, string>();
        var at = 0;
        while (at < text.Length)
        {
            if (text[at] is '#' or '\n')
            {
                at = text.IndexOf('\n', at) is >= 0 and var end ? end + 1 : text.Length;
                continue;
            }
            var equals = text.IndexOf("=\"", at, StringComparison.Ordinal);
            if (equals < 0)
                break;
            var (name, value) = (text[at..equals], new StringBuilder());
            for (at = equals + 2; at < text.Length && text[at] != '"'; at++)
                value.Append(text[at] == '\\' && at + 1 < text.Length ? text[++at] : text[at]);
            variables[name] = value.ToString();
            at++;
        }
        return variables;
    }

    /// <summary>Reads a file.</summary>
    /// <returns>Nothing if it does not exist.</returns>
    public static Dictionary<string, string> Read(string path) => File.Exists(path) ? Parse(File.ReadAllText(path)) : [];
}
