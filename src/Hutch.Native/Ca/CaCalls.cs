using System.Runtime.InteropServices;

namespace Hutch.Native.Ca;

/// <summary>The calls of libca that are used (<c>cadef.h</c> of EPICS 7; C's <c>long</c> has 64 bits here).</summary>
internal static unsafe partial class CaCalls
{
    internal const int Normal = 1;
    internal const int PreemptiveCallbacks = 1;
    internal const int ConnectionUp = 6;

    [LibraryImport(NativeLibraries.Ca)]
    internal static partial int ca_context_create(int preemptive);

    [LibraryImport(NativeLibraries.Ca)]
    internal static partial void ca_context_destroy();

    [LibraryImport(NativeLibraries.Ca)]
    internal static partial int ca_add_exception_event(delegate* unmanaged[Cdecl]<CaExceptionArguments, void> handler, nint user);

    [LibraryImport(NativeLibraries.Ca)]
    internal static partial int ca_replace_printf_handler(delegate* unmanaged[Cdecl]<byte*, nint, int> handler);

    [LibraryImport(NativeLibraries.Ca, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ca_create_channel(string name, delegate* unmanaged[Cdecl]<CaConnectionArguments, void> handler, nint user, uint priority, out nint channel);

    [LibraryImport(NativeLibraries.Ca)]
    internal static partial int ca_clear_channel(nint channel);

    [LibraryImport(NativeLibraries.Ca)]
    internal static partial nint ca_puser(nint channel);

    [LibraryImport(NativeLibraries.Ca)]
    internal static partial short ca_field_type(nint channel);

    [LibraryImport(NativeLibraries.Ca)]
    internal static partial uint ca_element_count(nint channel);

    [LibraryImport(NativeLibraries.Ca)]
    internal static partial uint ca_write_access(nint channel);

    [LibraryImport(NativeLibraries.Ca)]
    internal static partial void ca_get_host_name(nint channel, byte* text, uint length);

    [LibraryImport(NativeLibraries.Ca)]
    internal static partial int ca_create_subscription(
        nint type, nuint count, nint channel, nint mask, delegate* unmanaged[Cdecl]<CaEventArguments, void> handler, nint user, out nint subscription);

    [LibraryImport(NativeLibraries.Ca)]
    internal static partial int ca_clear_subscription(nint subscription);

    [LibraryImport(NativeLibraries.Ca)]
    internal static partial int ca_array_get_callback(nint type, nuint count, nint channel, delegate* unmanaged[Cdecl]<CaEventArguments, void> handler, nint user);

    [LibraryImport(NativeLibraries.Ca)]
    internal static partial int ca_array_put_callback(nint type, nuint count, nint channel, void* value, delegate* unmanaged[Cdecl]<CaEventArguments, void> handler, nint user);

    [LibraryImport(NativeLibraries.Ca)]
    internal static partial int ca_flush_io();

    [LibraryImport(NativeLibraries.Ca)]
    internal static partial byte* ca_message(nint status);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int UnsetEnvironment(string name);

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint GetEnvironment(string name);

    [LibraryImport("libc", EntryPoint = "vsnprintf")]
    internal static partial int Format(byte* text, nuint size, byte* format, nint arguments);
}

/// <summary><c>struct event_handler_args</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct CaEventArguments
{
    public readonly nint User;
    public readonly nint Channel;
    public readonly nint Type;
    public readonly nint Count;
    public readonly byte* Value;
    public readonly int Status;
}

/// <summary><c>struct connection_handler_args</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct CaConnectionArguments
{
    public readonly nint Channel;
    public readonly nint Operation;
}

/// <summary><c>struct exception_handler_args</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct CaExceptionArguments
{
    public readonly nint User;
    public readonly nint Channel;
    public readonly nint Type;
    public readonly nint Count;
    public readonly void* Address;
    public readonly nint Status;
    public readonly nint Operation;
    public readonly byte* Context;
    public readonly byte* File;
    public readonly uint Line;
}
