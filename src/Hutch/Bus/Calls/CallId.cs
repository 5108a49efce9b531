using System.Security.Cryptography;

namespace Hutch.Bus.Calls;

/// <summary>Ids of calls: UUIDs of version 4 whose first part counts, so that making one costs next to nothing.</summary>
internal static class CallId
{
    private static readonly byte[] Process = RandomNumberGenerator.GetBytes(9);
    private static long _last = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)) & 0x7fff_ffff;

    public static Guid Next()
    {
        var count = Interlocked.Increment(ref _last);
        return new Guid(
            (int)count, (short)(count >> 32), (short)(0x4000 | Process[8]),
            (byte)(0x80 | (Process[0] & 0x3f)), Process[1], Process[2], Process[3], Process[4], Process[5], Process[6], Process[7]);
    }
}
