using Hutch.Installation.Files;

namespace Hutch.Installation;

/// <summary>The script that starts what a unit runs; a person can run it too, to see what the service does.</summary>
internal static class Launcher
{
    public static string Create(UnitSpec spec, WorkingFolder folder) =>
        OperatingSystem.IsWindows() ? Batch(spec, folder) : Shell(spec, folder);

    // 'dotnet missing.dll' would say something about the SDK: what must be there is looked for first.
    private static string Shell(UnitSpec spec, WorkingFolder folder) => $"""
        #!/bin/sh
        # Starts {spec.Name}: {spec.Kind.ToString().ToLowerInvariant()} {spec.Target.ReplaceLineEndings(" ")}
        # Written by hutch install; the service is managed with: hutch manage {spec.Name}
        hutch={Quote(HutchProgramFile.Location)}
        if [ ! -r "$hutch" ]; then
          echo "{spec.Name}: $hutch no longer exists; install Hutch there again, or run: hutch manage {spec.Name} reinstall" >&2
          exit 1
        fi
        exec {string.Join(' ', HutchProgramFile.Command.Select(Quote))} service-host {Quote(folder.Spec(spec.Name))}

        """;

    private static string Batch(UnitSpec spec, WorkingFolder folder) => $"""
        @rem Starts {spec.Name} in this window; the service is managed with: hutch manage {spec.Name}
        @{string.Join(' ', HutchProgramFile.Command.Select(c => $"\"{c}\""))} service-host "{folder.Spec(spec.Name)}"

        """.ReplaceLineEndings("\r\n");

    private static string Quote(string word) => "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
