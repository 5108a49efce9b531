using System.Reflection;

namespace Hutch.Services.Processes;

/// <summary>The command line that starts this executable again.</summary>
internal static class SelfCommand
{
    /// <summary>The executable and the arguments that belong to starting it, before those it was given.</summary>
    public static (string File, IReadOnlyList<string> Arguments) Get()
    {
        var file = Environment.ProcessPath ?? throw new PlatformNotSupportedException("the path of this process is unknown");
        if (Path.GetFileNameWithoutExtension(file) != "dotnet")
            return (file, []);
        // dotnet [exec] [--depsfile F --runtimeconfig F ...] program.dll arguments
        var entry = Path.GetFileName(Assembly.GetEntryAssembly()!.Location);
        var line = File.ReadAllText("/proc/self/cmdline").Split('\0');
        var last = Array.FindIndex(line, a => Path.GetFileName(a) == entry);
        return last > 0
            ? (file, line[1..(last + 1)])
            : (file, ["exec", Assembly.GetEntryAssembly()!.Location]);
    }
}
