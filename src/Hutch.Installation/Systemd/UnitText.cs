using System.Text;

namespace Hutch.Installation.Systemd;

/// <summary>The text of a unit file, section by section; see systemd.syntax(7).</summary>
internal sealed class UnitText
{
    private readonly StringBuilder _text = new();

    /// <summary>Begins a section.</summary>
    public UnitText Section(string name)
    {
        _text.Append(_text.Length == 0 ? "" : "\n").Append('[').Append(name).Append("]\n");
        return this;
    }

    /// <summary>Adds a setting, unless its value is null.</summary>
    public UnitText Set(string name, string? value)
    {
        if (value is not null)
            _text.Append(name).Append('=').Append(value).Append('\n');
        return this;
    }

    /// <summary>Adds a comment.</summary>
    public UnitText Comment(string text)
    {
        foreach (var line in text.Split('\n'))
            _text.Append("# ").Append(line).Append('\n');
        return this;
    }

    /// <summary>A word of a command line: quoted, and free of specifiers and variables.</summary>
    public static string Word(string word) => Quote(word).Replace("$", "$$", StringComparison.Ordinal);

    /// <summary>A quoted value in a list of values; free of specifiers.</summary>
    public static string Quote(string value) =>
        '"' + Plain(value).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';

    /// <summary>A value that is not split into words: one line, free of specifiers.</summary>
    public static string Plain(string value) => value.ReplaceLineEndings(" ").Replace("%", "%%", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
