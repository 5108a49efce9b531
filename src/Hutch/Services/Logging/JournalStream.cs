using System.Globalization;

namespace Hutch.Services.Logging;

/// <summary>Tells whether the journal reads our output; see systemd.exec(5), JOURNAL_STREAM.</summary>
internal static class JournalStream
{
    /// <summary>JOURNAL_STREAM is <c>device:inode</c> of the socket that systemd made our standard error.</summary>
    public static bool IsStandardError()
    {
        var parts = Environment.GetEnvironmentVariable("JOURNAL_STREAM")?.Split(':');
        if (parts is not { Length: 2 } || !ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var inode))
            return false;
        // A program below us inherits the variable, but may have another standard error.
        return File.ResolveLinkTarget("/proc/self/fd/2", returnFinalTarget: false)?.Name == $"socket:[{inode}]";
    }
}
