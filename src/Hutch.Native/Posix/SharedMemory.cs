using System.Runtime.InteropServices;

namespace Hutch.Native.Posix;

/// <summary>
/// A POSIX shared memory object (shm_open(3)), mapped as a whole. Its pages are reserved when it is made, so that a full
/// /dev/shm is an error at start and never a SIGBUS later.
/// </summary>
public sealed unsafe class SharedMemory : IDisposable
{
    // How long another process may take between making the object and giving it its length, in ms: reserving 20 GiB takes about 5 s.
    private const long CreationTimeout = 30_000;

    private nint _address;

    private SharedMemory(string name, nint address, long length, bool created)
    {
        Name = name;
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
            Thread.Sleep(1);
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
        try
        {
            const int seekEnd = 2;
            var length = Libc.lseek(fd, 0, seekEnd);
            return length > 0 ? new SharedMemory(name, Map(name, fd, length, writable), length, created: false) : null;
        }
        finally
        {
            _ = Libc.close(fd);
        }
    }

    /// <summary>Removes the name; the memory lives on until the last mapping goes. No error if there is none.</summary>
    public static void Unlink(string name) => _ = Libc.shm_unlink("/" + name);

    /// <summary>Makes every byte 0 without touching the pages one by one.</summary>
    /// <exception cref="ErrnoException">The system refused.</exception>
    public void Clear()
    {
        var fd = Libc.shm_open("/" + Name, Libc.O_RDWR | Libc.O_CLOEXEC, 0);
        if (fd < 0)
            throw ErrnoException.Last($"shm_open /{Name}");
        try
        {
            if (!Allocate(fd, Libc.FALLOC_FL_PUNCH_HOLE | Libc.FALLOC_FL_KEEP_SIZE, Length) || !Allocate(fd, 0, Length))
                throw ErrnoException.Last($"fallocate /{Name}");
        }
        finally
        {
            _ = Libc.close(fd);
        }
    }

    /// <summary>Unmaps; the object itself stays until <see cref="Unlink"/>.</summary>
    public void Dispose()
    {
        var address = Interlocked.Exchange(ref _address, 0);
        if (address != 0)
            _ = Libc.munmap(address, (nuint)Length);
    }

    private static SharedMemory Create(string name, int fd, long length)
    {
        try
        {
            // fallocate gives the length and the pages in one step, so nobody can map an object of another length.
            if (!Allocate(fd, 0, length))
            {
                var error = ErrnoException.Last($"reserving {length} bytes of /dev/shm for {name}");
                Unlink(name);
                throw error;
            }
            return new SharedMemory(name, Map(name, fd, length, writable: true), length, created: true);
        }
        finally
        {
            _ = Libc.close(fd);
        }
    }

    private static bool Allocate(int fd, int mode, long length)
    {
        // tmpfs gives up when a signal is pending, and the runtime uses signals of its own.
        int result;
        do
            result = Libc.fallocate(fd, mode, 0, length);
        while (result != 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        return result == 0;
    }

    private static nint Map(string name, int fd, long length, bool writable)
    {
        var protection = writable ? Libc.PROT_READ | Libc.PROT_WRITE : Libc.PROT_READ;
        var address = Libc.mmap(0, (nuint)length, protection, Libc.MAP_SHARED, fd, 0);
        return address != -1 ? address : throw ErrnoException.Last($"mmap /{name} ({length} bytes)");
    }

    private SharedMemorySizeException WrongSize(long wanted)
    {
        var found = Length;
        Dispose();
        return new SharedMemorySizeException(Name, found, wanted);
    }
}
