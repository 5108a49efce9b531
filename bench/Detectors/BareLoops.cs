using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hutch.Bench.Detectors;

/// <summary>The loops of <c>bare_loops.c</c>, compiled for this very processor when a benchmark first asks for one.</summary>
internal static class BareLoops
{
    private static readonly Lazy<nint> Library = new(Compile);

    /// <summary>What compiling them takes.</summary>
    internal static IReadOnlyList<string> Packages { get; } = ["gcc", "libc6-dev"];

    /// <summary>The address of a loop.</summary>
    internal static nint Find(string name) => NativeLibrary.GetExport(Library.Value, name);

    private static nint Compile()
    {
        var folder = Directory.CreateTempSubdirectory("hutch-bench-").FullName;
        try
        {
            var library = Path.Combine(folder, "bare_loops.so");
            using var gcc = Process.Start("gcc", ["-O3", "-march=native", "-Wall", "-shared", "-fPIC", "-o", library, Path.Combine(Path.GetDirectoryName(ThisFile())!, "bare_loops.c")]);
            gcc.WaitForExit();
            return gcc.ExitCode == 0 ? NativeLibrary.Load(library) : throw new InvalidOperationException($"gcc ended with {gcc.ExitCode}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
