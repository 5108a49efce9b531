using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Hutch.Native.Hdf5;

/// <summary>
/// Changes that are to be made within a file, kept beside it until they are made: "HUTCHCHG", the number of changes (i32), for each its offset (i64),
/// its length (i32), the bytes before and after; then the SHA-256 of all that.
/// </summary>
internal static class ChangeJournal
{
    private static ReadOnlySpan<byte> Magic => "HUTCHCHG"u8;

    /// <summary>Writes it, as a whole or not at all.</summary>
    public static void Write(string path, IReadOnlyList<FileChange> changes)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        writer.Write(Magic);
        writer.Write(changes.Count);
        foreach (var change in changes)
        {
            writer.Write(change.Offset);
            writer.Write(change.After.Length);
            writer.Write(change.Before);
            writer.Write(change.After);
        }
        writer.Write(SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length)));
        using (var file = File.OpenHandle(path + ".tmp", FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, content.GetBuffer().AsSpan(0, (int)content.Length), 0);
            RandomAccess.FlushToDisk(file);
        }
        File.Move(path + ".tmp", path, overwrite: true);
    }

    /// <summary>Reads it.</summary>
    /// <returns>Null if it is not whole; then nothing of it was made.</returns>
    public static IReadOnlyList<FileChange>? Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var end = bytes.Length - SHA256.HashSizeInBytes;
        if (end < Magic.Length || !bytes.AsSpan().StartsWith(Magic) || !SHA256.HashData(bytes.AsSpan(0, end)).AsSpan().SequenceEqual(bytes.AsSpan(end)))
            return null;
        using var reader = new BinaryReader(new MemoryStream(bytes, Magic.Length, end - Magic.Length));
        var changes = new FileChange[reader.ReadInt32()];
        for (var i = 0; i < changes.Length; i++)
        {
            var (offset, length) = (reader.ReadInt64(), reader.ReadInt32());
            changes[i] = new FileChange(offset, reader.ReadBytes(length), reader.ReadBytes(length));
        }
        return changes;
    }

    /// <summary>Finds out whether changes are of this file: it has the bytes from before or from after, wherever one is.</summary>
    /// <exception cref="IOException">They are of another.</exception>
    public static void CheckFits(string path, SafeFileHandle file, IReadOnlyList<FileChange> changes)
    {
        foreach (var change in changes)
        {
            var now = new byte[change.After.Length];
            if (RandomAccess.Read(file, now, change.Offset) != now.Length || Enumerable.Range(0, now.Length).Any(i => now[i] != change.Before[i] && now[i] != change.After[i]))
                throw new IOException($"{path} is not the file that {path}{Hdf5Amendment.JournalSuffix} was made for; if it is intact, remove {path}{Hdf5Amendment.JournalSuffix}");
        }
    }
}
