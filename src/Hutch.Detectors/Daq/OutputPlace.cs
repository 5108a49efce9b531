using System.Runtime.ExceptionServices;
using System.Text.RegularExpressions;
using Hutch.Detectors.Writing;
using Hutch.Native.Posix;

namespace Hutch.Detectors.Daq;

/// <summary>
/// Where a user may have a file written: an absolute path of letters, digits, <c>_</c>, <c>-</c> and <c>/</c> with an extension, no
/// steps back, in a folder that exists and that the user of the files may write into.
/// </summary>
public static partial class OutputPlace
{
    private const int LongestPath = 4095;   // PATH_MAX, limits.h
    private const int LongestName = 240;    // NAME_MAX with room for the suffixes of failed and of shared files

    private static readonly string[] Kernels = ["/dev/", "/proc/", "/sys/"];

    /// <summary>Checks a path.</summary>
    /// <param name="path">What was asked for.</param>
    /// <param name="user">The id of the user who is to own the file; less than 1 for the one this process runs as.</param>
    /// <exception cref="UserErrorException">No file may be made there.</exception>
    public static void Check(string path, int user)
    {
        ArgumentNullException.ThrowIfNull(path);
        var shown = path.Length <= 200 ? path : path[..200] + "...";
        if (!path.StartsWith('/'))
            throw new UserErrorException($"Invalid output_file={shown}. It must be an absolute path, beginning with '/'.");
        if (path.Length > LongestPath || path.Split('/').Any(p => System.Text.Encoding.UTF8.GetByteCount(p) > LongestName))
            throw new UserErrorException($"Invalid output_file={shown}. A path has at most {LongestPath} characters, a name at most {LongestName} bytes.");
        if (!Pattern().IsMatch(path) || path.Any(char.IsControl))
            throw new UserErrorException($"Invalid output_file={shown}. Use letters, digits, '_', '-' and '/', and an extension such as .h5.");
        if (path.Split('/')[1..].Any(p => p is "" or "." or ".."))
            throw new UserErrorException($"Invalid output_file={shown}. It must lead straight to its folder: no '..', '.' or empty names.");
        // The kernel's own file systems take files from root that nobody can want there; /dev/shm is memory as good as any.
        if (Kernels.Any(k => path.StartsWith(k, StringComparison.Ordinal)) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal))
            throw new UserErrorException($"Invalid output_file={shown}. It belongs to the operating system.");
        AsUser(user, () => OutputFile.Check(path, user >= 1 ? user : null));
    }

    // The rights are those of a thread, so it needs one of its own.
    private static void AsUser(int user, Action check)
    {
        if (user < 1)
        {
            check();
            return;
        }
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var taken = FileSystemUser.TakeOn(user);
                check();
            }
            catch (UnauthorizedAccessException error)
            {
                failure = ExceptionDispatchInfo.Capture(new UserErrorException(error.Message, error));
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
        }) { IsBackground = true, Name = "output-place" };
        thread.UnsafeStart();
        thread.Join();
        failure?.Throw();
    }

    [GeneratedRegex(@"^/[a-zA-Z0-9_/-]*\..+[^/]$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
