using System.Runtime.InteropServices;

namespace Hutch.Native.Zmq;

/// <summary>A call to libzmq failed: what was tried, the error number, and its text.</summary>
public sealed class ZmqException : IOException
{
    internal ZmqException(string what, int error)
        : base($"{what}: {Marshal.PtrToStringUTF8(ZmqCalls.zmq_strerror(error))} (error {error})")
    {
        Error = error;
    }

    /// <summary>The error number: errno, or one of zmq.h.</summary>
    public int Error { get; }

    internal static ZmqException Last(string what) => new(what, Marshal.GetLastPInvokeError());
}
