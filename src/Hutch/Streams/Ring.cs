using Hutch.Native.Posix;

namespace Hutch.Streams;

/// <summary>
/// A ring of equal slots in shared memory; the slot of an id is <c>id % slots</c>. The ring has no header, so that programs
/// of other makers share it; beside it lies a table of slot generations (<see cref="SlotGenerations"/>) by which a reader
/// learns that a slot was overwritten.
/// </summary>
public sealed unsafe class Ring : IDisposable
{
    private const long Granule = 2 << 20;   // the total size is rounded up to a huge page

    private readonly SharedMemory _memory;

    private Ring(SharedMemory memory, long slotBytes, int slots, SlotGenerations generations)
    {
        _memory = memory;
        SlotBytes = slotBytes;
        Slots = slots;
        Generations = generations;
    }

    /// <summary>The name under /dev/shm.</summary>
    public string Name => _memory.Name;

    /// <summary>Bytes of a slot: one frame or image.</summary>
    public long SlotBytes { get; }

    /// <summary>How many ids lie between a slot's content and the one that overwrites it.</summary>
    public int Slots { get; }

    /// <summary>What each slot holds.</summary>
    public SlotGenerations Generations { get; }

    /// <summary>Opens or makes a ring in order to write into it: all slots are empty (every byte 0) afterwards.</summary>
    /// <exception cref="UserErrorException">/dev/shm has no room, or the ring exists with another size.</exception>
    public static Ring ForProducer(string name, long slotBytes, int slots)
    {
        var ring = Open(name, slotBytes, slots);
        if (!ring._memory.Created)
            ring._memory.Clear();
        ring.Generations.TakeOver();
        return ring;
    }

    /// <summary>Opens or creates a ring to read from; its producer may start later.</summary>
    /// <exception cref="UserErrorException">/dev/shm has no room, or the ring exists with another size.</exception>
    public static Ring ForConsumer(string name, long slotBytes, int slots) => Open(name, slotBytes, slots);

    /// <summary>
    /// Opens an existing ring without ever creating one: for readers that come and go independently of detectors.
    /// </summary>
    /// <param name="name">The ring's name.</param>
    /// <param name="slotBytes">Bytes of a slot.</param>
    /// <returns>Null if there is no such ring, or its table of generations, which says how many slots it has, is not there.</returns>
    public static Ring? TryOpen(string name, long slotBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slotBytes);
        if (SlotGenerations.TryOpen(name) is not { } generations)
            return null;
        if (SharedMemory.TryOpen(name) is { } memory)
        {
            if (memory.Length >= slotBytes * generations.Slots)
                return new Ring(memory, slotBytes, generations.Slots, generations);
            memory.Dispose();
        }
        generations.Dispose();
        return null;
    }

    /// <summary>The first byte of the slot of an id.</summary>
    public byte* Slot(ulong id) => _memory.Pointer + ((long)(id % (ulong)Slots) * SlotBytes);

    /// <summary>The slot of an id, at most 2 GiB of it.</summary>
    public Span<byte> SlotSpan(ulong id) => new(Slot(id), (int)SlotBytes);

    /// <summary>Unmaps; the memory goes when the last program that uses it ends.</summary>
    public void Dispose()
    {
        _memory.Dispose();
        Generations.Dispose();
    }

    private static Ring Open(string name, long slotBytes, int slots)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slotBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slots);
        var length = ((slotBytes * slots) + Granule - 1) / Granule * Granule;
        SharedMemory? memory = null;
        try
        {
            memory = SharedMemory.OpenOrCreate(name, length);
            return new Ring(memory, slotBytes, slots, SlotGenerations.Open(name, slots));
        }
        catch (ErrnoException error) when (error.Errno is Errno.ENOSPC or Errno.ENOMEM)
        {
            memory?.Dispose();
            var free = new DriveInfo("/dev/shm").AvailableFreeSpace;
            throw new UserErrorException(
                $"ring {name} needs {Bytes(length)} of /dev/shm ({slots} slots of {Bytes(slotBytes)}), but only {Bytes(free)} are free; "
                + "ask for fewer slots, or make it larger: mount -o remount,size=... /dev/shm", error);
        }
        catch (IOException error)
        {
            memory?.Dispose();
            throw new UserErrorException($"ring {name}: {error.Message}", error);
        }
    }

    private static string Bytes(long count) => count switch
    {
        >= 1L << 30 => $"{count / (double)(1L << 30):0.0} GiB",
        >= 1L << 20 => $"{count / (double)(1L << 20):0.0} MiB",
        _ => $"{count} bytes",
    };
}
