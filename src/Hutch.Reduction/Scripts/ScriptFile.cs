using System.Security.Cryptography;

namespace Hutch.Reduction.Scripts;

/// <summary>A script as read at one moment; this text runs, whatever happens to the file.</summary>
/// <param name="Role">When it runs.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Text">Its content.</param>
/// <param name="Md5">MD5 of its bytes, in hexadecimal.</param>
public sealed record ScriptFile(ScriptRole Role, string Path, string Text, string Md5)
{
    /// <summary>What it imports from its own folder.</summary>
    public IReadOnlyList<ModuleFile> Modules { get; init; } = [];

    /// <summary>Tells versions apart: the script's own sum with those of its modules.</summary>
    public string Fingerprint => string.Join(' ', Modules.Select(m => $"{m.Path}={m.Md5}").Prepend(Md5));

    /// <summary>Its language.</summary>
    public ScriptLanguage Language => Path.EndsWith(CSharpExtension, StringComparison.Ordinal) ? ScriptLanguage.CSharp : ScriptLanguage.Python;

    /// <summary>The name without the folder.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    private const string PythonExtension = ".py";
    private const string CSharpExtension = ".csx";

    /// <summary>Where a script is looked for: the Python file first.</summary>
    public static IReadOnlyList<string> Places(string folder, string instrument, ScriptRole role)
    {
        var stem = System.IO.Path.Combine(folder, $"reduce_{instrument}_live_{RoleName(role)}");
        return [stem + PythonExtension, stem + CSharpExtension];
    }

    /// <summary>How the role is called in names of files and reports.</summary>
    public static string RoleName(ScriptRole role) => role == ScriptRole.Chunk ? "proc" : "post_proc";

    /// <summary>MD5 in hexadecimal.</summary>
#pragma warning disable CA5351 // MD5 tells versions apart, as the deployed program does; it protects nothing.
    internal static string Md5Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351

    /// <summary>Reads a script; null if there is none, or it cannot be read now.</summary>
    public static ScriptFile? TryRead(string folder, string instrument, ScriptRole role)
    {
        foreach (var path in Places(folder, instrument, role))
        {
            try
            {
                var bytes = File.ReadAllBytes(path);
                var script = new ScriptFile(role, path, System.Text.Encoding.UTF8.GetString(bytes), Md5Of(bytes));
                return script.Language == ScriptLanguage.Python ? script with { Modules = ScriptModules.Of(folder, script.Text) } : script;
            }
            catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
            {
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
        return null;
    }
}
