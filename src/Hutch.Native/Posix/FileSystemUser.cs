using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Hutch.Native.Posix;

/// <summary>
/// Lets a thread use files as another user (setfsuid(2), Linux): what it makes belongs to that user, and what that user may not write,
/// the thread may not either. The other threads of the process keep their rights, so the raw system calls are made: the C library's
/// setgroups changes all threads.
/// </summary>
public static unsafe partial class FileSystemUser
{
    // x86-64 and arm64 number these calls differently (asm/unistd.h).
    private static readonly bool s_arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
    private static readonly long s_setgroups = s_arm ? 159 : 116;
    private static readonly long s_setfsuid = s_arm ? 151 : 122;
    private static readonly long s_setfsgid = s_arm ? 152 : 123;

    /// <summary>Takes a user on, with all groups of that user, for the rest of this thread's life.</summary>
    /// <param name="user">The user's id. One that the host does not know gets the group of the same number and no other.</param>
    /// <exception cref="UnauthorizedAccessException">This process may not become another user.</exception>
    public static void TakeOn(int user)
    {
        var (group, groups) = GroupsOf(user);
        if (user == geteuid())
            return;
        fixed (uint* p = groups)
        {
            if (syscall(s_setgroups, (nint)groups.Length, (nint)p) != 0)
                throw Refused(user);
        }
        // These two answer with the id before; only a second call shows whether the first did it.
        _ = syscall(s_setfsgid, (nint)group, 0);
        _ = syscall(s_setfsuid, user, 0);
        if (syscall(s_setfsuid, -1, 0) != user || syscall(s_setfsgid, -1, 0) != group)
            throw Refused(user);
    }

    private static (uint Group, uint[] Groups) GroupsOf(int user)
    {
        lock (typeof(FileSystemUser))
        {
            var entry = getpwuid((uint)user);
            if (entry == null)
                return ((uint)user, []);
            var count = 64;
            var groups = new uint[count];
            fixed (uint* p = groups)
            {
                if (getgrouplist(entry->Name, entry->Group, p, &count) < 0)
                    count = 64;
            }
            return (entry->Group, groups[..Math.Min(count, 64)]);
        }
    }

    private static UnauthorizedAccessException Refused(int user) =>
        new($"this process may not write files as user {user}: it runs as user {geteuid()}; run it as root, or as that user", new Win32Exception());

    [StructLayout(LayoutKind.Sequential)]
    private struct PasswordEntry
    {
        internal byte* Name;
        internal byte* Password;
        internal uint User;
        internal uint Group;
    }

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    private static partial long syscall(long number, nint first, nint second);

    [LibraryImport(NativeLibraries.C)]
    private static partial uint geteuid();

    [LibraryImport(NativeLibraries.C)]
    private static partial PasswordEntry* getpwuid(uint user);

    [LibraryImport(NativeLibraries.C)]
    private static partial int getgrouplist(byte* name, uint group, uint* groups, int* count);
}
