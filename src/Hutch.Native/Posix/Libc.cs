using System.Runtime.InteropServices;

namespace Hutch.Native.Posix;

/// <summary>Shared memory and files of the C library (constants: Linux, asm-generic).</summary>
internal static partial class Libc
{
    internal const int O_RDONLY = 0;
    internal const int O_RDWR = 2;
    internal const int O_CREAT = 0x40;
    internal const int O_EXCL = 0x80;
    internal const int O_CLOEXEC = 0x80000;
    internal const int PROT_READ = 1;
    internal const int PROT_WRITE = 2;
    internal const int MAP_SHARED = 1;
    internal const int MAP_POPULATE = 0x8000;
    internal const int LOCK_SH = 1;
    internal const int LOCK_EX = 2;
    internal const int LOCK_NB = 4;
    internal const int LOCK_UN = 8;
    internal const int FALLOC_FL_KEEP_SIZE = 1;
    internal const int FALLOC_FL_PUNCH_HOLE = 2;

    [LibraryImport(NativeLibraries.C, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int shm_open(string name, int flags, uint mode);

    [LibraryImport(NativeLibraries.C, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int shm_unlink(string name);

    [LibraryImport(NativeLibraries.C, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int memfd_create(string name, uint flags);

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    internal static partial int ftruncate(int fd, long length);

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    internal static partial int flock(int fd, int operation);

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    internal static partial int fallocate(int fd, int mode, long offset, long length);

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    internal static partial long lseek(int fd, long offset, int whence);

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    internal static partial nint mmap(nint address, nuint length, int protection, int flags, int fd, long offset);

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    internal static partial int munmap(nint address, nuint length);
}
