using System.Text;
using System.Text.RegularExpressions;

namespace Hutch.Reduction.Scripts;

/// <summary>
/// Finds the modules that a Python script imports from its own folder, and those that these import in turn. Statements are found in the text,
/// wherever they stand, so that a module is known before the script has run; one that is named at run time only is not found.
/// </summary>
internal static partial class ScriptModules
{
    /// <summary>The modules, in the order of their paths.</summary>
    /// <param name="folder">The folder of the script, where Python looks first.</param>
    /// <param name="text">The script.</param>
    public static IReadOnlyList<ModuleFile> Of(string folder, string text)
    {
        var found = new SortedDictionary<string, ModuleFile>(StringComparer.Ordinal);
        var open = new Stack<(string Text, string Package)>([(text, "")]);
        while (open.TryPop(out var next))
        {
            foreach (var path in Imported(next.Text, next.Package).SelectMany(name => Files(folder, name)).Where(p => !found.ContainsKey(p)))
            {
                if (TryRead(path) is not { } bytes)
                    continue;
                found.Add(path, new ModuleFile(path, ScriptFile.Md5Of(bytes)));
                open.Push((Encoding.UTF8.GetString(bytes), Path.GetRelativePath(folder, Path.GetDirectoryName(path)!) is var package && package == "." ? "" : package.Replace('/', '.')));
            }
        }
        return [.. found.Values];
    }

    /// <summary>Names that a text imports: <c>a.b</c> for <c>import a.b</c>; <c>a</c> and <c>a.b</c> for <c>from a import b</c>, since b may be a module.</summary>
    private static IEnumerable<string> Imported(string text, string package)
    {
        text = text.Replace("\\\r\n", " ", StringComparison.Ordinal).Replace("\\\n", " ", StringComparison.Ordinal);
        foreach (Match import in Import().Matches(text))
        {
            foreach (var name in Names(import.Groups["names"].Value))
                yield return name;
        }
        foreach (Match from in From().Matches(text))
        {
            if (Absolute(package, from.Groups["dots"].Length, from.Groups["module"].Value) is not { } module)
                continue;
            if (module.Length > 0)
                yield return module;
            foreach (var name in Names(Comment().Replace(from.Groups["names"].Value, "")))
                yield return module.Length > 0 ? $"{module}.{name}" : name;
        }
    }

    private static IEnumerable<string> Names(string list) =>
        list.Split(',').Select(n => n.Trim().Split([' ', '\t'], 2)[0]).Where(n => n.Length > 0 && n.All(c => char.IsLetterOrDigit(c) || c is '_' or '.'));

    // A dot is the package itself, each further one the package around it.
    private static string? Absolute(string package, int dots, string module)
    {
        if (dots == 0)
            return module;
        var parts = package.Length > 0 ? package.Split('.') : [];
        return dots - 1 > parts.Length ? null : string.Join('.', parts.SkipLast(dots - 1).Append(module).Where(p => p.Length > 0));
    }

    // Of a.b.c: the packages a and a.b, and c as a module or a package.
    private static IEnumerable<string> Files(string folder, string name)
    {
        var path = folder;
        foreach (var part in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            path = Path.Combine(path, part);
            yield return Path.Combine(path, "__init__.py");
            yield return path + ".py";
        }
    }

    private static byte[]? TryRead(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllBytes(path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"(?:^|[;:])[ \t]*import[ \t]+(?<names>[^\n#;(]+)", RegexOptions.Multiline)]
    private static partial Regex Import();

    [GeneratedRegex(@"(?:^|[;:])[ \t]*from[ \t]*(?<dots>\.*)[ \t]*(?<module>[\w.]*)[ \t]+import[ \t]*(?:\((?<names>[^)]*)\)|(?<names>[^\n#;]+))", RegexOptions.Multiline)]
    private static partial Regex From();

    [GeneratedRegex("#[^\n]*")]
    private static partial Regex Comment();
}
