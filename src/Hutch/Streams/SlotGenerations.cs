using Hutch.Native.Posix;
using Hutch.Native.Processes;

namespace Hutch.Streams;

/// <summary>
/// What each slot of a ring holds, in a shared memory object of its own (<c>NAME.generations</c>): first the process id of
/// the producer (u64), seven u64 of padding, then a u64 a slot: 0 empty, <c>id + 1</c> when the data of <c>id</c> are complete,
/// the same with the top bit set while they are being written. A producer of another maker does not keep the table: its
/// process id is then not that of a living process, or the table was never written, and a slot counts as valid unless the last producer
/// of ours left this id unfinished or a newer one in it.
/// </summary>
public sealed unsafe class SlotGenerations : IDisposable
{
    private const int HeaderWords = 8;
    private const ulong Writing = 1UL << 63;

    private readonly SharedMemory _memory;
    private readonly int _slots;

    private SlotGenerations(SharedMemory memory, int slots)
    {
        _memory = memory;
        _slots = slots;
    }

    /// <summary>Whether a Hutch producer is running that maintains the table. Claims in a table without one stay unfinished.</summary>
    public bool IsKept => Volatile.Read(ref *(ulong*)_memory.Pointer) is > 0 and var pid && Signals.Exists((int)pid);

    /// <summary>
    /// Claims the slot of an id for writing. Several writers may claim the same id; of two ids under way in one slot the
    /// larger one wins, and the other one's data are lost.
    /// </summary>
    /// <returns>False if a larger id has the slot: nothing must be written then.</returns>
    public bool TryBegin(ulong id)
    {
        ref var word = ref Word(id);
        var mine = (id + 1) | Writing;
        for (; ; )
        {
            var seen = Volatile.Read(ref word);
            if (seen == mine)
                return true;
            if ((seen & Writing) != 0 && (seen & ~Writing) > id + 1)
                return false;
            if (Interlocked.CompareExchange(ref word, mine, seen) == seen)
                return true;
        }
    }

    /// <summary>Claims the slot of an id for the only writer of the ring, whatever it held.</summary>
    public void Restart(ulong id) => Volatile.Write(ref Word(id), (id + 1) | Writing);

    /// <summary>Says that the data of an id are complete.</summary>
    /// <returns>False if another id has taken the slot meanwhile.</returns>
    public bool TryComplete(ulong id)
    {
        var mine = (id + 1) | Writing;
        return Interlocked.CompareExchange(ref Word(id), id + 1, mine) == mine;
    }

    /// <summary>
    /// Says that the data of an id are complete, also if their writers do not keep the table (programs of other makers): then the slot
    /// was not claimed for any id.
    /// </summary>
    /// <returns>False if another id has claimed the slot meanwhile.</returns>
    public bool TryCompleteUnclaimed(ulong id)
    {
        ref var word = ref Word(id);
        for (; ; )
        {
            var seen = Volatile.Read(ref word);
            if ((seen & Writing) != 0)
                return TryComplete(id);
            if (Interlocked.CompareExchange(ref word, id + 1, seen) == seen)
                return true;
        }
    }

    /// <summary>Gives the slot of an id up if it is still being written.</summary>
    public void Abandon(ulong id) => Interlocked.CompareExchange(ref Word(id), 0, (id + 1) | Writing);

    /// <summary>
    /// Whether the slot holds the data of this id. To be asked after the data were used: only then is it known that they
    /// were not overwritten meanwhile.
    /// </summary>
    public bool Holds(ulong id)
    {
        Thread.MemoryBarrier();
        var seen = Volatile.Read(ref Word(id));
        return seen == id + 1 || ((seen & ~Writing) < id + 1 && !IsKept);
    }

    /// <summary>How many slots the table has.</summary>
    internal int Slots => _slots;

    /// <summary>The process that fills the ring; 0 if it does not keep the table.</summary>
    public int Producer => (int)Volatile.Read(ref *(ulong*)_memory.Pointer);

    /// <summary>Whether the producer keeps the table and says that the slot holds the complete data of this id.</summary>
    public bool IsKnownToHold(ulong id) => Volatile.Read(ref Word(id)) == id + 1 && IsKept;

    /// <summary>The ids above <paramref name="last"/> whose data are complete in the ring, in order. None if the producer does not keep the table.</summary>
    public IReadOnlyList<ulong> HeldAfter(ulong last)
    {
        var held = new List<ulong>();
        for (var slot = 0UL; IsKept && slot < (ulong)_slots; slot++)
        {
            var word = Volatile.Read(ref Word(slot));
            if ((word & Writing) == 0 && word > last + 1)
                held.Add(word - 1);
        }
        held.Sort();
        return held;
    }

    /// <summary>Opens or makes the table of a ring without the ring itself.</summary>
    /// <param name="ring">The ring's name.</param>
    /// <param name="slots">The ring's slots.</param>
    /// <exception cref="IOException">The system refused, or the table has another number of slots.</exception>
    public static SlotGenerations Open(string ring, int slots) =>
        new(SharedMemory.OpenOrCreate(ring + ".generations", (HeaderWords + slots) * sizeof(ulong)), slots);

    /// <summary>Unmaps.</summary>
    public void Dispose() => _memory.Dispose();

    /// <summary>Opens the table of a ring that exists.</summary>
    /// <returns>Null if there is none.</returns>
    public static SlotGenerations? TryOpen(string ring) =>
        SharedMemory.TryOpen(ring + ".generations") is { } memory ? new(memory, (int)(memory.Length / sizeof(ulong)) - HeaderWords) : null;

    internal void TakeOver()
    {
        new Span<ulong>(_memory.Pointer, HeaderWords + _slots).Clear();
        Volatile.Write(ref *(ulong*)_memory.Pointer, (ulong)Environment.ProcessId);
    }


    private ref ulong Word(ulong id) => ref ((ulong*)_memory.Pointer)[HeaderWords + (int)(id % (ulong)_slots)];
}
