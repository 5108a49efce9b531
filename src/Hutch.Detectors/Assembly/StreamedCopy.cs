using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hutch.Detectors.Assembly;

/// <summary>Copies pixels into an image past the processor's caches, which an image would only flush: the next to read it is a file.</summary>
public static unsafe class StreamedCopy
{
    private const int Line = 64;

    /// <summary>
    /// Copies bytes that do not overlap. Other processors may see them late: after the last copy of an image, and before it is announced, a
    /// <see cref="Thread.MemoryBarrier"/> is needed.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(byte* source, byte* target, int bytes)
    {
        if (!Vector512.IsHardwareAccelerated || bytes < 2 * Line)
        {
            Unsafe.CopyBlockUnaligned(target, source, (uint)bytes);
            return;
        }
        // A store past the cache is quick only where it fills a line (halves are five times slower), and then needs no read of what it overwrites.
        var done = (int)(-(nint)target & (Line - 1));
        CopyPart(source, target, done);
        for (; done <= bytes - Line; done += Line)
            Vector512.Load(source + done).StoreAlignedNonTemporal(target + done);
        CopyPart(source + done, target + done, bytes - done);
    }

    // Less than a line: a memmove, or a masked store, takes as long here as all the whole lines of a row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyPart(byte* source, byte* target, int bytes)
    {
        var done = bytes & 32;
        if (done != 0)
            Vector256.Load(source).Store(target);
        if ((bytes & 16) != 0)
        {
            Vector128.Load(source + done).Store(target + done);
            done += 16;
        }
        for (; done <= bytes - sizeof(uint); done += sizeof(uint))
            Unsafe.WriteUnaligned(target + done, Unsafe.ReadUnaligned<uint>(source + done));
        for (; done < bytes; done++)
            target[done] = source[done];
    }
}
