using System.Runtime.InteropServices;
using Hutch.Native.Posix;

namespace Hutch.Detectors.Ledger;

/// <summary>
/// Where every stage of a detector's data path notes what it has lost, in shared memory (<c>detector-losses</c>) so that stages in
/// many processes share it and none of them can wait for another. A ring of the latest 65536 losses: first the number of losses noted so
/// far (u64) and seven u64 of padding, then entries of 32 bytes: u64 number of the loss + 1 (0 while it is being written), u64 image id,
/// i64 count, u16 stage, u16 reason, i32 module.
/// </summary>
public sealed unsafe class LossJournal : IDisposable
{
    private const int Capacity = 1 << 16;
    private const int HeaderBytes = 64;
    private const long Patience = 1000;   // ms

    private readonly SharedMemory _memory;

    private LossJournal(SharedMemory memory) => _memory = memory;

    /// <summary>How many losses have been noted so far.</summary>
    public long Count => Volatile.Read(ref Next);

    private ref long Next => ref *(long*)_memory.Pointer;

    private Entry* Entries => (Entry*)(_memory.Pointer + HeaderBytes);

    /// <summary>Opens the journal of a detector, or makes it.</summary>
    /// <exception cref="UserErrorException">/dev/shm has no room for it, or belongs to another user.</exception>
    public static LossJournal Open(string detectorName)
    {
        var name = $"{detectorName}-losses";
        try
        {
            return new LossJournal(SharedMemory.OpenOrCreate(name, HeaderBytes + (Capacity * sizeof(Entry))));
        }
        catch (IOException error)
        {
            throw new UserErrorException($"the journal of losses /dev/shm/{name} cannot be opened: {error.Message}", error);
        }
    }

    /// <summary>Notes a loss. Never waits; safe from any thread and process.</summary>
    public void Add(LossStage stage, LossReason reason, ulong imageId, long count = 1, int module = -1)
    {
        var number = Interlocked.Increment(ref Next) - 1;
        ref var entry = ref Entries[number % Capacity];
        Volatile.Write(ref entry.Number, 0);
        (entry.ImageId, entry.Count, entry.Stage, entry.Reason, entry.Module) = (imageId, count, (ushort)stage, (ushort)reason, module);
        Volatile.Write(ref entry.Number, number + 1);
    }

    /// <summary>Reads what was noted since a position.</summary>
    /// <param name="position">The position of <see cref="Count"/>; moved on to behind what was read.</param>
    /// <param name="losses">Gets the losses.</param>
    /// <returns>How many could not be read, because there were too many since, or the process that noted one died of it.</returns>
    public long Read(ref long position, ICollection<Loss> losses)
    {
        var end = Count;
        var unreadable = Math.Max(0, end - Capacity - position);
        for (position += unreadable; position < end; position++)
        {
            if (TryRead(position, out var entry))
                losses.Add(new Loss(entry.ImageId, entry.Count, (LossStage)entry.Stage, (LossReason)entry.Reason, entry.Module));
            else
                unreadable++;
        }
        return unreadable;
    }

    // Waits for who is noting it, who may have been interrupted. If it died, its entry stays as it is.
    private bool TryRead(long position, out Entry entry)
    {
        ref var place = ref Entries[position % Capacity];
        var spin = new SpinWait();
        var startedAt = Environment.TickCount64;
        long number;
        while ((number = Volatile.Read(ref place.Number)) <= position && Environment.TickCount64 - startedAt < Patience)
            spin.SpinOnce();
        entry = place;
        Thread.MemoryBarrier();
        return number == position + 1 && Volatile.Read(ref place.Number) == number;
    }

    /// <summary>Unmaps; the journal goes when the last program of the detector ends.</summary>
    public void Dispose() => _memory.Dispose();

    [StructLayout(LayoutKind.Sequential, Size = 32)]
    private struct Entry
    {
        internal long Number;
        internal ulong ImageId;
        internal long Count;
        internal ushort Stage;
        internal ushort Reason;
        internal int Module;
    }
}
