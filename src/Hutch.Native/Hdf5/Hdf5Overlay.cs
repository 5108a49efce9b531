using Microsoft.Win32.SafeHandles;

namespace Hutch.Native.Hdf5;

/// <summary>A file as it will be: what was written lies in memory, page by page, over the file on disk, which stays as it is.</summary>
internal sealed class Hdf5Overlay
{
    private const int PageBytes = 4096;
    private const int LeastDistance = 256;   // changes that are nearer are one: the message and the checksum of one header are written at once

    private readonly SafeFileHandle _file;
    private readonly SortedDictionary<long, byte[]> _pages = [];

    public Hdf5Overlay(SafeFileHandle file)
    {
        _file = file;
        Before = Length = RandomAccess.GetLength(file);
    }

    /// <summary>The length of the file on disk.</summary>
    public long Before { get; }

    /// <summary>The length with what was written.</summary>
    public long Length { get; private set; }

    /// <summary>How much of the file the library has given out; what lies behind is no part of it.</summary>
    public long Allocated { get; set; }

    /// <summary>Reads; behind the end are zeros.</summary>
    public void Read(long offset, Span<byte> bytes)
    {
        ReadDisk(offset, bytes);
        for (var page = offset / PageBytes; page * PageBytes < offset + bytes.Length; page++)
        {
            if (!_pages.TryGetValue(page, out var written))
                continue;
            var (from, to) = (Math.Max(offset, page * PageBytes), Math.Min(offset + bytes.Length, (page + 1) * PageBytes));
            written.AsSpan((int)(from - page * PageBytes), (int)(to - from)).CopyTo(bytes[(int)(from - offset)..]);
        }
    }

    /// <summary>Writes, in memory.</summary>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Length = Math.Max(Length, offset + bytes.Length);
        while (!bytes.IsEmpty)
        {
            var (page, within) = Math.DivRem(offset, PageBytes);
            var part = Math.Min(bytes.Length, PageBytes - (int)within);
            bytes[..part].CopyTo(Page(page).AsSpan((int)within));
            offset += part;
            bytes = bytes[part..];
        }
    }

    /// <summary>What was written behind the end of the file on disk, in order.</summary>
    public IEnumerable<(long Offset, ReadOnlyMemory<byte> Bytes)> Appended()
    {
        foreach (var (page, bytes) in _pages)
        {
            var (from, to) = (Math.Max(Before, page * PageBytes), Math.Min(Length, (page + 1) * PageBytes));
            if (from < to)
                yield return (from, bytes.AsMemory((int)(from - page * PageBytes), (int)(to - from)));
        }
    }

    /// <summary>What is different within the file on disk, in order, as it was and as it is to be.</summary>
    public IEnumerable<FileChange> Changed()
    {
        foreach (var (page, bytes) in _pages)
        {
            var start = page * PageBytes;
            var inside = (int)Math.Min(PageBytes, Before - start);
            if (inside <= 0)
                yield break;
            var old = new byte[inside];
            ReadDisk(start, old);
            for (var i = 0; i < inside; i++)
            {
                if (old[i] == bytes[i])
                    continue;
                var (first, last) = (i, i);
                for (; i < inside && i - last < LeastDistance; i++)
                {
                    if (old[i] != bytes[i])
                        last = i;
                }
                yield return new FileChange(start + first, old[first..(last + 1)], bytes[first..(last + 1)]);
            }
        }
    }

    private byte[] Page(long page)
    {
        if (!_pages.TryGetValue(page, out var bytes))
        {
            _pages[page] = bytes = new byte[PageBytes];
            ReadDisk(page * PageBytes, bytes);
        }
        return bytes;
    }

    private void ReadDisk(long offset, Span<byte> bytes)
    {
        while (!bytes.IsEmpty && RandomAccess.Read(_file, bytes, offset) is > 0 and var read)
        {
            offset += read;
            bytes = bytes[read..];
        }
        bytes.Clear();
    }
}
