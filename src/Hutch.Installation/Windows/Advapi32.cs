using System.Runtime.InteropServices;
using static Hutch.Installation.Windows.ServiceConstants;

namespace Hutch.Installation.Windows;

/// <summary>The calls themselves.</summary>
public sealed unsafe partial class Advapi32 : IAdvapi32
{
    private const string Library = "advapi32.dll";

    /// <inheritdoc/>
    public int LastError => Marshal.GetLastPInvokeError();

    /// <inheritdoc/>
    public nint OpenManager(uint access) => OpenSCManagerW(0, 0, access);

    /// <inheritdoc/>
    public nint CreateService(nint manager, string name, string displayName, uint startType, string commandLine, string? account, string? password) =>
        CreateServiceW(manager, name, displayName, SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS, startType, SERVICE_ERROR_NORMAL, commandLine, 0, 0, 0, account, password);

    /// <inheritdoc/>
    public nint OpenService(nint manager, string name, uint access) => OpenServiceW(manager, name, access);

    /// <inheritdoc/>
    public bool ChangeConfiguration(nint service, uint level, nint structure) => ChangeServiceConfig2W(service, level, structure);

    /// <inheritdoc/>
    public (string CommandLine, uint StartType)? QueryConfiguration(nint service)
    {
        QueryServiceConfigW(service, 0, 0, out var needed);
        var buffer = (byte*)NativeMemory.AllocZeroed(needed + 8);
        try
        {
            // QUERY_SERVICE_CONFIGW: type, start type, error control, then pointers, the command line first.
            return QueryServiceConfigW(service, (nint)buffer, needed, out _)
                ? (Marshal.PtrToStringUni(*(nint*)(buffer + 16)) ?? "", *(uint*)(buffer + 4))
                : null;
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    /// <inheritdoc/>
    public bool QueryStatus(nint service, out ServiceStatusProcess status)
    {
        ServiceStatusProcess read;
        var done = QueryServiceStatusEx(service, 0, (nint)(&read), (uint)sizeof(ServiceStatusProcess), out _);
        status = read;
        return done;
    }

    /// <inheritdoc/>
    public bool Start(nint service) => StartServiceW(service, 0, 0);

    /// <inheritdoc/>
    public bool Control(nint service, uint control)
    {
        var status = stackalloc uint[7];
        return ControlService(service, control, (nint)status);
    }

    /// <inheritdoc/>
    public bool Delete(nint service) => DeleteService(service);

    /// <inheritdoc/>
    public void Close(nint handle) => CloseServiceHandle(handle);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint OpenSCManagerW(nint machine, nint database, uint access);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint CreateServiceW(nint manager, string name, string displayName, uint access, uint type, uint start, uint errorControl,
        string commandLine, nint group, nint tag, nint dependencies, string? account, string? password);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint OpenServiceW(nint manager, string name, uint access);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ChangeServiceConfig2W(nint service, uint level, nint info);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool QueryServiceConfigW(nint service, nint buffer, uint size, out uint needed);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool QueryServiceStatusEx(nint service, uint level, nint buffer, uint size, out uint needed);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool StartServiceW(nint service, uint count, nint arguments);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ControlService(nint service, uint control, nint status);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool DeleteService(nint service);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseServiceHandle(nint handle);
}
