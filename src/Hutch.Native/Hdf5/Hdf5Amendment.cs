namespace Hutch.Native.Hdf5;

/// <summary>
/// Changes a finished file so that it is whole at any time: what it was, or what it is to be. libhdf5 itself changes a file in many writes, and a
/// process that dies between two of them leaves a file that nobody can open.
/// </summary>
/// <remarks>
/// The library works on an <see cref="Hdf5Overlay"/>. Its new parts are then written behind the end of the file, where nothing refers to them. The few
/// bytes that change within the file (the root's list of names, the superblock) stand in a journal beside it, <c>FILE.changes</c>, before they are
/// changed, and the journal is deleted afterwards. <see cref="Recover"/> finishes what a process has left undone. Programs that read the file meanwhile
/// go on, and see the old one until they open it again.
/// </remarks>
public static class Hdf5Amendment
{
    /// <summary>What follows the name of a file in the name of its journal.</summary>
    public const string JournalSuffix = ".changes";

    private static readonly Lock OneAtATime = new();

    /// <summary>Changes a file, after what a process before has left undone.</summary>
    /// <param name="path">The file; others may read it meanwhile.</param>
    /// <param name="change">Makes the changes. What it opens it closes.</param>
    /// <exception cref="Hdf5Exception">It is no HDF5 file, or the change failed; the file is as it was.</exception>
    /// <exception cref="IOException">It cannot be opened or written, or another program has it open for writing.</exception>
    /// <exception cref="UnauthorizedAccessException">The file system does not allow it.</exception>
    public static void Apply(string path, Action<Hdf5File> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        lock (OneAtATime)
        {
            Recover(path);
            foreach (var _ in Steps(path, change))
            {
            }
        }
    }

    /// <summary>Finishes a change that a process was killed in.</summary>
    /// <returns>False if there was none.</returns>
    /// <exception cref="IOException">The journal belongs to another file, or the file cannot be written.</exception>
    public static bool Recover(string path)
    {
        var journal = path + JournalSuffix;
        if (!File.Exists(journal))
            return false;
        using var stream = OpenForChange(path);
        if (ChangeJournal.Read(journal) is { } changes)
        {
            ChangeJournal.CheckFits(path, stream.SafeFileHandle, changes);
            foreach (var change in changes)
                RandomAccess.Write(stream.SafeFileHandle, change.After, change.Offset);
            RandomAccess.FlushToDisk(stream.SafeFileHandle);
        }
        File.Delete(journal);
        return true;
    }

    /// <summary>The writes of a change, one at a time: a caller that stops between two of them simulates a crash there.</summary>
    internal static IEnumerable<int> Steps(string path, Action<Hdf5File> change)
    {
        using var stream = OpenForChange(path);
        var file = stream.SafeFileHandle;
        var (overlay, step) = (new Hdf5Overlay(file), 0);
        using (var opened = Hdf5File.OpenOver(path, overlay))
            change(opened);
        var changes = overlay.Changed().ToList();
        foreach (var (offset, bytes) in overlay.Appended())
        {
            RandomAccess.Write(file, bytes.Span, offset);
            yield return step++;
        }
        RandomAccess.FlushToDisk(file);
        ChangeJournal.Write(path + JournalSuffix, changes);
        yield return step++;
        foreach (var one in changes)
        {
            RandomAccess.Write(file, one.After, one.Offset);
            yield return step++;
        }
        RandomAccess.FlushToDisk(file);
        File.Delete(path + JournalSuffix);
    }

    // .NET has a shared lock on what it opens (flock), as libhdf5 has on what it reads: nobody can open the file for writing. The other lock (fcntl) is
    // between two that change it in this way.
    private static FileStream OpenForChange(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        try
        {
            if (!OperatingSystem.IsMacOS())
                stream.Lock(0, 1);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
