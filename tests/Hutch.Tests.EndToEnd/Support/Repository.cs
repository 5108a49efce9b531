namespace Hutch.Tests.EndToEnd.Support;

/// <summary>Where the files of the repository are.</summary>
internal static class Repository
{
    /// <summary>The folder that holds Hutch.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The launcher.</summary>
    public static string Launcher => Path.Combine(Root, "hutch");

    /// <summary>A program that stands in for one of another laboratory.</summary>
    public static string Peer(string name) => Path.Combine(Root, "tests", "peers", name);

    /// <summary>A program of the solution, as it was built beside this test.</summary>
    public static string Built(string project)
    {
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        return Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, configuration, project + ".dll"));
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Hutch.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Hutch.slnx is in no folder above the tests");
        return folder;
    }
}
