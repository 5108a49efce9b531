using System.Runtime.InteropServices;

namespace Hutch.Native.Posix;

/// <summary>
/// Lets a thread use files as another user (setfsuid(2), Linux): what it makes belongs to that user, and what that user may not write,
/// the thread may not either. The other threads of the process keep their rights, so the raw system calls are made: the C library's
/// setgroups changes all threads.
/// </summary>
public sealed unsafe partial class FileSystemUser : IDisposable
{
    private readonly uint[] _ownGroups;
    private readonly uint _ownGroup;

    private FileSystemUser(uint[] ownGroups, uint ownGroup) => (_ownGroups, _ownGroup) = (ownGroups, ownGroup);

    private const int MaximumGroups = 256;

    // x86-64 and arm64 number these calls differently (asm/unistd.h).
    private static readonly bool s_arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
    private static readonly long s_setgroups = s_arm ? 159 : 116;
    private static readonly long s_setfsuid = s_arm ? 151 : 122;
    private static readonly long s_setfsgid = s_arm ? 152 : 123;

    /// <summary>Takes a user on, with all groups of that user, until what it returns is disposed of on the same thread.</summary>
    /// <param name="user">The user's id. One that the host does not know gets the group of the same number and no other.</param>
    /// <exception cref="UnauthorizedAccessException">This process may not become another user.</exception>
    public static FileSystemUser TakeOn(int user)
    {
        var own = new uint[MaximumGroups];
        int count;
        fixed (uint* p = own)
            count = getgroups(MaximumGroups, p);
        var before = new FileSystemUser(own[..Math.Max(count, 0)], getegid());
        if (user == geteuid())
            return before;
        var (group, groups) = GroupsOf(user);
        if (!Become((uint)user, group, groups))
        {
            before.Dispose();
            throw new UnauthorizedAccessException($"this process may not write files as user {user}: it runs as user {geteuid()}; run it as root, or as that user");
        }
        return before;
    }

    /// <summary>Gives the thread its own user back.</summary>
    public void Dispose() => _ = Become(geteuid(), _ownGroup, _ownGroups);

    private static bool Become(uint user, uint group, uint[] groups)
    {
        fixed (uint* p = groups)
        {
            if (syscall(s_setgroups, (nint)groups.Length, (nint)p) != 0)
                return false;
        }
        // These two answer with the id before; only a second call shows whether the first did it.
        _ = syscall(s_setfsgid, (nint)group, 0);
        _ = syscall(s_setfsuid, (nint)user, 0);
        return syscall(s_setfsuid, -1, 0) == user && syscall(s_setfsgid, -1, 0) == group;
    }

    private static (uint Group, uint[] Groups) GroupsOf(int user)
    {
        lock (typeof(FileSystemUser))
        {
            var entry = getpwuid((uint)user);
            if (entry == null)
                return ((uint)user, []);
            var count = MaximumGroups;
            var groups = new uint[count];
            fixed (uint* p = groups)
                _ = getgrouplist(entry->Name, entry->Group, p, &count);
            return (entry->Group, groups[..Math.Min(count, MaximumGroups)]);
        }
    }

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
    private static partial uint getegid();

    [LibraryImport(NativeLibraries.C)]
    private static partial int getgroups(int size, uint* groups);

    [LibraryImport(NativeLibraries.C)]
    private static partial PasswordEntry* getpwuid(uint user);

    [LibraryImport(NativeLibraries.C)]
    private static partial int getgrouplist(byte* name, uint group, uint* groups, int* count);
}
