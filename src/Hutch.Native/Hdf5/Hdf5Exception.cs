using System.Text.RegularExpressions;

namespace Hutch.Native.Hdf5;

/// <summary>A call to libhdf5 failed: what was tried, and the library's own reason.</summary>
public sealed partial class Hdf5Exception : IOException
{
    internal Hdf5Exception(string what, string reason)
        : base($"{what}: {Shorten(reason)}")
    {
    }

    // "file write failed: time = Sun Nov 22 ..., filename = '/x', file descriptor = 7, errno = 28, error message = 'No space left on device', buf = 0x..."
    private static string Shorten(string reason) =>
        ErrnoText().Match(reason) is { Success: true } match ? $"{match.Groups[2].Value} (errno {match.Groups[1].Value})" : reason;

    [GeneratedRegex("errno = ([0-9]+), error message = '([^']*)'")]
    private static partial Regex ErrnoText();
}
