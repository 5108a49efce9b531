using System.Runtime.InteropServices;

namespace Hutch.Native.Ca;

/// <summary>libca, or a server behind it, refused something.</summary>
public sealed class CaException : Exception
{
    /// <summary>Makes the error of a status of <c>caerr.h</c>.</summary>
    public CaException(string what, int status)
        : base($"{what}: {TextOf(status)}") => Status = status;

    /// <summary>The status, see <c>caerr.h</c>.</summary>
    public int Status { get; }

    /// <summary>The library's words for a status.</summary>
    public static unsafe string TextOf(int status) => Marshal.PtrToStringUTF8((nint)CaCalls.ca_message(status)) ?? $"status {status}";
}
