namespace Hutch.Native.Posix;

/// <summary>
/// Memory without a name (memfd_create(2)) that other processes of the same user map through <see cref="Path"/>. Its pages
/// come when they are first written. It is gone when the last process that has it open ends, whatever ends it.
/// </summary>
public sealed unsafe class AnonymousMemory : IDisposable
{
    private const uint MFD_CLOEXEC = 1;

    private readonly int _fd;
    private nint _address;

    /// <summary>Makes memory of a length, every byte 0.</summary>
    /// <param name="name">What /proc/PID/maps shows; need not be unique.</param>
    /// <param name="length">Bytes.</param>
    /// <exception cref="ErrnoException">The system refused.</exception>
    public AnonymousMemory(string name, long length)
    {
        _fd = Libc.memfd_create(name, MFD_CLOEXEC);
        if (_fd < 0)
            throw ErrnoException.Last($"memfd_create {name}");
        Length = length;
        if (Libc.ftruncate(_fd, length) == 0)
            _address = Libc.mmap(0, (nuint)length, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_SHARED, _fd, 0);
        if (_address is not (0 or -1))
            return;
        var error = ErrnoException.Last($"mapping {length} bytes of {name}");
        _ = Libc.close(_fd);
        throw error;
    }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>Where another process opens it as long as this one has it.</summary>
    public string Path => $"/proc/{Environment.ProcessId}/fd/{_fd}";

    /// <summary>Its descriptor in this process.</summary>
    public int Descriptor => _fd;

    /// <summary>The first byte of the mapping.</summary>
    public byte* Pointer => (byte*)(_address != 0 ? _address : throw new ObjectDisposedException(nameof(AnonymousMemory)));

    /// <summary>Copies bytes out of it.</summary>
    /// <returns>False if they are not all in it.</returns>
    public bool TryRead(long offset, Span<byte> target)
    {
        if (offset < 0 || offset > Length - target.Length)
            return false;
        new ReadOnlySpan<byte>(Pointer + offset, target.Length).CopyTo(target);
        return true;
    }

    /// <summary>Unmaps and closes.</summary>
    public void Dispose()
    {
        var address = Interlocked.Exchange(ref _address, 0);
        if (address == 0)
            return;
        _ = Libc.munmap(address, (nuint)Length);
        _ = Libc.close(_fd);
    }
}
