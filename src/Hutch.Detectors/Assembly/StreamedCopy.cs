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

    /// <summary>Whether two runs of bytes can be copied by <see cref="CopyPair"/>.</summary>
    /// <param name="first">Bytes of the first run.</param>
    /// <param name="gap">Bytes between the two in the target; they follow each other in the source.</param>
    /// <param name="second">Bytes of the second run.</param>
    public static bool IsPair(int first, int gap, int second) =>
        Vector512.IsHardwareAccelerated && first >= 2 * Line && second >= 2 * Line && gap is >= 0 and < Line;

    /// <summary>
    /// Copies two runs that are neighbours in the target, and fills the gap between them with 0: so the line in which one ends and the other begins is
    /// stored as a whole too. Only where <see cref="IsPair"/>; for the rest see <see cref="Copy"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyPair(byte* source, byte* target, int first, int gap, int second)
    {
        var done = (int)(-(nint)target & (Line - 1));
        CopyPart(source, target, done);
        for (; done <= first - Line; done += Line)
            Vector512.Load(source + done).StoreAlignedNonTemporal(target + done);

        // From here on the target is counted from the line in which the first run ends: `rest` bytes of it, the gap, and the second run from `begin` on.
        var (rest, begin) = (first - done, first - done + gap);
        target += done;
        var tail = Vector512.ConditionalSelect(Vector512.LessThan(Vector512<byte>.Indices, Vector512.Create((byte)rest)), Vector512.Load(source + done), default);
        source += first;
        if (begin >= Line)
        {
            tail.StoreAlignedNonTemporal(target);
            target += Line;
            begin -= Line;
            tail = default;
        }
        // What is before the second run in the source is the first one: it can be read, and is masked.
        Vector512.ConditionalSelect(Vector512.LessThan(Vector512<byte>.Indices, Vector512.Create((byte)begin)), tail, Vector512.Load(source - begin)).StoreAlignedNonTemporal(target);
        source += Line - begin;
        target += Line;
        second -= Line - begin;
        for (done = 0; done <= second - Line; done += Line)
            Vector512.Load(source + done).StoreAlignedNonTemporal(target + done);
        CopyPart(source + done, target + done, second - done);
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
