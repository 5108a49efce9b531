namespace Hutch.Detectors.Writing;

/// <summary>Checks of an output file before anything is written.</summary>
public static class OutputFile
{
    /// <summary>What is appended to the name of a file whose run failed.</summary>
    public const string IncompleteSuffix = ".incomplete";

    /// <summary>Checks that a file can be made here.</summary>
    /// <param name="path">The file.</param>
    /// <param name="user">The id of the user that this thread has taken on; null if it has taken on none.</param>
    /// <exception cref="UserErrorException">It cannot, with the reason.</exception>
    public static void Check(string path, int? user = null)
    {
        if (!Path.IsPathFullyQualified(path))
            throw new UserErrorException($"output file {path} is a relative path; give the absolute one: {Path.GetFullPath(path)}");
        if (Directory.Exists(path))
            throw new UserErrorException($"output file {path} is a folder; give the name of a file in it");
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
            throw new UserErrorException($"output file {path}: the folder {folder} does not exist; make it with: mkdir -p '{folder}'");
        try
        {
            // The only honest test of a right is to use it.
            using (new FileStream(Path.Combine(folder, $".hutch-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new UserErrorException($"output file {path}: user {user?.ToString() ?? Environment.UserName} cannot write into {folder}: "
                + $"{(error is UnauthorizedAccessException ? "permission denied" : "the file system accepts no new files")}; choose another folder", error);
        }
    }

    /// <summary>The file that one of several writers makes, as deployed: <c>PATHi.h5</c> for writer i of several, PATH itself for the only one.</summary>
    public static string Of(string path, int writer, int writers) => writers > 1 ? $"{path}{writer}.h5" : path;

    /// <summary>Gives the file of a failed run a name that cannot be taken for a complete one.</summary>
    /// <returns>The new name.</returns>
    public static string MarkIncomplete(string path)
    {
        var marked = path + IncompleteSuffix;
        // A driver that takes its writer for dead does it in the writer's place.
        if (File.Exists(path) || !File.Exists(marked))
            File.Move(path, marked, overwrite: true);
        return marked;
    }
}
