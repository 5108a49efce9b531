namespace Hutch.Reduction.Workers;

/// <summary>Finds the interpreter of a Python environment.</summary>
internal static class PythonEnvironment
{
    private const string System = "/usr/bin/python3";

    /// <summary>The interpreter.</summary>
    /// <param name="name">A conda environment's name, the folder of an environment, or null for the system's Python.</param>
    /// <exception cref="UserErrorException">There is no such environment.</exception>
    public static string Find(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return File.Exists(System) ? System : InPath("python3")
                ?? throw new UserErrorException("python3 is missing: install it (Debian: apt-get install python3 python3-numpy), or write the scripts in C# (.csx)");
        }
        var places = Places(name).ToList();
        return places.Find(File.Exists)
            ?? throw new UserErrorException($"CONDA_ENV is \"{name}\", but there is no such environment: none of {string.Join(", ", places)} exists; create it, or correct the name");
    }

    /// <summary>Whether an environment has Mantid.</summary>
    public static bool HasMantid(string? name)
    {
        if (string.IsNullOrEmpty(name) || Places(name).FirstOrDefault(File.Exists) is not { } python)
            return false;
        var libraries = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(python))!, "lib");
        return Directory.Exists(libraries) && Directory.GetDirectories(libraries, "python3*").Any(l => Directory.Exists(Path.Combine(l, "site-packages", "mantid")));
    }

    private static IEnumerable<string> Places(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal))
            return [Path.Combine(name, "bin/python3"), Path.Combine(name, "bin/python")];
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string?[] roots =
        [
            Environment.GetEnvironmentVariable("CONDA_PREFIX"),
            Environment.GetEnvironmentVariable("CONDA_EXE") is { Length: > 0 } conda ? Path.GetDirectoryName(Path.GetDirectoryName(conda)) : null,
            Path.Combine(home, "miniconda3"), Path.Combine(home, "anaconda3"), Path.Combine(home, "miniforge3"), Path.Combine(home, ".conda"),
            "/opt/conda", "/opt/anaconda", "/opt/anaconda3", "/opt/miniconda3", "/opt/miniforge3",
        ];
        return roots.OfType<string>().Where(r => r.Length > 0).Select(r => Path.Combine(r, "envs", name, "bin/python"));
    }

    private static string? InPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, program)).FirstOrDefault(File.Exists);
}
