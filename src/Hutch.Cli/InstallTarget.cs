using Hutch.Hosting;
using Hutch.Installation;
using Hutch.Installation.Classes;

namespace Hutch.Cli;

/// <summary>What is to be installed, found from the words of the command line.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Name">The program, class, method, file or executable.</param>
/// <param name="Assembly">The assembly of a class or method.</param>
/// <param name="Program">What parses its arguments; null if only it understands them.</param>
internal sealed record InstallTarget(UnitKind Kind, string Name, string? Assembly = null, HutchProgram? Program = null)
{
    /// <exception cref="UserErrorException">There is no such thing.</exception>
    public static InstallTarget Find(InstallLine line)
    {
        if (line.Executable is { } executable)
            return line.Target is null ? FindExecutable(executable) : throw new UsageErrorException($"{line.Target} and an executable after -- cannot both be installed; give one");
        var word = line.Target ?? throw new UsageErrorException("nothing to install: give a program, Class=FILE.dll, FILE.dll:Type.Method, a beamline file, or -- EXECUTABLE; see hutch install --help");
        if (Programs.All.FirstOrDefault(p => p.Name == word) is { } program)
            return new InstallTarget(UnitKind.Program, word, null, program);
        if (word.Split('=', 2) is [{ Length: > 0 } type, var file] && !type.Contains('/', StringComparison.Ordinal) && file.Length > 0)
            return new InstallTarget(UnitKind.Class, type, file, ServiceClass.Find(type, file));
        if (word.LastIndexOf(".dll:", StringComparison.OrdinalIgnoreCase) is > 0 and var colon)
        {
            var (assembly, method) = (word[..(colon + 4)], word[(colon + 5)..]);
            UserMethod.Find(method, assembly);
            return new InstallTarget(UnitKind.Method, method, assembly);
        }
        if (word.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || File.Exists(word))
            return FindBeamline(word);
        throw new UsageErrorException($"there is no program {word}; there are: {string.Join(", ", Programs.All.Select(p => p.Name).Order(StringComparer.Ordinal))}; "
            + "a class is given as Class=/path/assembly.dll, a method as /path/assembly.dll:Type.Method, a beamline file by its path, an executable after --");
    }

    /// <summary>A word for its subcommand, in which there is no space.</summary>
    public string Subcommand => Kind == UnitKind.Beamline ? "FILE" : Name;

    private static InstallTarget FindBeamline(string path)
    {
        if (!Path.IsPathFullyQualified(path))
            throw new UsageErrorException($"the beamline file has the relative path {path}, but a service starts in another folder: give {Path.GetFullPath(path)}");
        return new InstallTarget(UnitKind.Beamline, path);
    }

    private static InstallTarget FindExecutable(IReadOnlyList<string> words)
    {
        if (words.Count == 0)
            throw new UsageErrorException("no executable follows --; give its absolute path and its arguments");
        if (!Path.IsPathFullyQualified(words[0]))
        {
            var found = words[0].Contains('/', StringComparison.Ordinal) ? null
                : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(f => Path.Combine(f, words[0])).FirstOrDefault(File.Exists);
            throw new UsageErrorException($"the executable has the relative path {words[0]}, but a service starts in another folder: give {found ?? Path.GetFullPath(words[0])}");
        }
        if (!File.Exists(words[0]))
            throw new UserErrorException($"there is no executable {words[0]}");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(words[0]) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) == 0)
            throw new UserErrorException($"{words[0]} is not executable; make it so (chmod +x), or put its interpreter before it: -- /usr/bin/python3 {words[0]}");
        return new InstallTarget(UnitKind.Executable, words[0]);
    }
}
