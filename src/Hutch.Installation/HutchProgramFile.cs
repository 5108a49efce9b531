using System.Reflection;
using System.Runtime.InteropServices;

namespace Hutch.Installation;

/// <summary>Where the hutch that runs is, for launchers that start it again.</summary>
internal static class HutchProgramFile
{
    private static readonly bool IsHosted = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";

    /// <summary>The file that must be there for it to start.</summary>
    public static string Location => IsHosted ? Assembly.GetEntryAssembly()!.Location : Environment.ProcessPath!;

    /// <summary>The words that start it.</summary>
    public static IReadOnlyList<string> Command => IsHosted ? [Environment.ProcessPath!, Location] : [Location];

    /// <summary>Where the runtime is installed that it needs; null if it brings its own.</summary>
    public static string? RuntimeFolder
    {
        get
        {
            // .../shared/Microsoft.NETCore.App/10.0.x/ when shared
            var runtime = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory());
            return runtime.Parent?.Parent is { Name: "shared", Parent: { } root } ? root.FullName : null;
        }
    }
}
