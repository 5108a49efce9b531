using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hutch.Bus.Calls;

/// <summary>Ids of calls: UUIDs of version 4 whose first part counts, so that making one costs next to nothing.</summary>
internal static class CallId
{
    private static readonly Guid Process = Guid.NewGuid();   // of version 4: the parts that do not count say so
    private const long Block = 64;   // ids that a thread takes at once, so that threads seldom meet
    private static long _lastBlock = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)) & 0x7fff_ffff;

    [ThreadStatic]
    private static long _next;

    [ThreadStatic]
    private static long _left;

    public static Guid Next()
    {
        if (_left == 0)
            (_next, _left) = (Interlocked.Increment(ref _lastBlock) * Block, Block);
        _left--;
        var count = _next++;
        var id = Process;
        var bytes = MemoryMarshal.AsBytes(new Span<Guid>(ref id));
        MemoryMarshal.Write(bytes, (int)count);
        MemoryMarshal.Write(bytes[sizeof(int)..], (short)(count >> 32));
        return id;
    }

    /// <summary>The part of an id that counts; of an id from elsewhere, some number.</summary>
    public static int Number(Guid id) => MemoryMarshal.Read<int>(MemoryMarshal.AsBytes(new ReadOnlySpan<Guid>(in id)));
}
