using System.Runtime.InteropServices;

namespace Hutch.Native.Posix;

/// <summary>
/// A POSIX shared memory object (shm_open(3)), mapped as a whole. Its pages are reserved when it is made, so that a full
/// /dev/shm is an error at start and never a SIGBUS later. The last process that closes it removes it.
/// </summary>
public sealed unsafe class SharedMemory : IDisposable
{
    // How long another process may take between making the object and giving it its length, in ms: reserving 20 GiB takes about 5 s.
    private const long CreationTimeout = 30_000;

    private readonly int _fd;
    private nint _address;

    private SharedMemory(string name, int fd, nint address, long length, bool created)
    {
        Name = name;
        _fd = fd;
        _address = address;
        Length = length;
        Created = created;
    }

    /// <summary>The object's name without the leading slash, as it stands in /dev/shm.</summary>
    public string Name { get; }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>Whether this call made the object (its bytes are then 0).</summary>
    public bool Created { get; }

    /// <summary>The first byte of the mapping.</summary>
    public byte* Pointer => (byte*)(_address != 0 ? _address : throw new ObjectDisposedException(Name));

    /// <summary>Opens the object if it exists with exactly this length, makes it otherwise.</summary>
    /// <exception cref="ErrnoException">The system refused; <see cref="Errno.ENOSPC"/>: /dev/shm has no room for it.</exception>
    /// <exception cref="SharedMemorySizeException">It exists with another length.</exception>
    public static SharedMemory OpenOrCreate(string name, long length)
    {
        var deadline = Environment.TickCount64 + CreationTimeout;
        for (; ; )
        {
            var fd = Libc.shm_open("/" + name, Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL | Libc.O_CLOEXEC, 0b110_110_000);
            if (fd >= 0)
                return Create(name, fd, length);
            if (Marshal.GetLastPInvokeError() != Errno.EEXIST)
                throw ErrnoException.Last($"shm_open /{name}");
            if (TryOpen(name, writable: true) is { } existing)
                return existing.Length == length ? existing : throw existing.WrongSize(length);
            if (Environment.TickCount64 > deadline)
                throw new SharedMemorySizeException(name, 0, length);
#pragma warning disable RS0030 // the size of memory is polled that another process makes
            Thread.Sleep(1);
#pragma warning restore RS0030
        }
    }

    /// <summary>Opens an existing object.</summary>
    /// <returns>Null if there is none of the name, or it has not got its length yet.</returns>
    /// <exception cref="ErrnoException">The system refused.</exception>
    public static SharedMemory? TryOpen(string name, bool writable = false)
    {
        var fd = Libc.shm_open("/" + name, (writable ? Libc.O_RDWR : Libc.O_RDONLY) | Libc.O_CLOEXEC, 0);
        if (fd < 0)
            return Marshal.GetLastPInvokeError() == Errno.ENOENT ? null : throw ErrnoException.Last($"shm_open /{name}");
        const int seekEnd = 2;
        if (Libc.flock(fd, Libc.LOCK_SH) != 0 || IsRemoved(fd) || Libc.lseek(fd, 0, seekEnd) is not (> 0 and var length))
        {
            _ = Libc.close(fd);
            return null;
        }
        return Map(name, fd, length, writable, created: false);
    }

    /// <summary>Makes every byte 0 without touching the pages one by one.</summary>
    /// <exception cref="ErrnoException">The system refused.</exception>
    public void Clear()
    {
        if (!Allocate(_fd, Libc.FALLOC_FL_PUNCH_HOLE | Libc.FALLOC_FL_KEEP_SIZE, Length) || !Allocate(_fd, 0, Length))
            throw ErrnoException.Last($"fallocate /{Name}");
    }

    /// <summary>Unmaps, and removes the object if no other process has it mapped.</summary>
    public void Dispose()
    {
        var address = Interlocked.Exchange(ref _address, 0);
        if (address == 0)
            return;
        _ = Libc.munmap(address, (nuint)Length);
        // Hutch's own users hold a shared lock; programs of others are found by their mappings.
        if (Libc.flock(_fd, Libc.LOCK_EX | Libc.LOCK_NB) == 0 && !IsRemoved(_fd) && !MemoryMappings.Contain("/dev/shm/" + Name))
            _ = Libc.shm_unlink("/" + Name);
        _ = Libc.close(_fd);
    }

    private static SharedMemory Create(string name, int fd, long length)
    {
        // The length comes last, in one step with the pages: who opens the object before that waits for it.
        if (Libc.flock(fd, Libc.LOCK_SH) == 0 && Allocate(fd, 0, length))
            return Map(name, fd, length, writable: true, created: true);
        var error = ErrnoException.Last($"reserving {length} bytes of /dev/shm for {name}");
        _ = Libc.shm_unlink("/" + name);
        _ = Libc.close(fd);
        throw error;
    }

    // tmpfs gives up when a signal is pending, and the runtime uses signals of its own.
    private static bool Allocate(int fd, int mode, long length)
    {
        int result;
        do
            result = Libc.fallocate(fd, mode, 0, length);
        while (result != 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        return result == 0;
    }

    private static SharedMemory Map(string name, int fd, long length, bool writable, bool created)
    {
        var protection = writable ? Libc.PROT_READ | Libc.PROT_WRITE : Libc.PROT_READ;
        // The pages are there already; entering them into the page table now spares the data path a fault at each first touch.
        var address = Libc.mmap(0, (nuint)length, protection, Libc.MAP_SHARED | Libc.MAP_POPULATE, fd, 0);
        if (address != -1)
            return new SharedMemory(name, fd, address, length, created);
        var error = ErrnoException.Last($"mmap /{name} ({length} bytes)");
        _ = Libc.close(fd);
        throw error;
    }

    // The target of the link reads "/dev/shm/name (deleted)" once the name is gone.
    private static bool IsRemoved(int fd) =>
        new FileInfo($"/proc/self/fd/{fd}").LinkTarget?.EndsWith(" (deleted)", StringComparison.Ordinal) == true;

    private SharedMemorySizeException WrongSize(long wanted)
    {
        var found = Length;
        Dispose();
        return new SharedMemorySizeException(Name, found, wanted);
    }
}
