using System.Runtime.InteropServices;

namespace Hutch.Detectors.Receiving;

/// <summary>Room for payloads that are not where they belong, one a place of a batch.</summary>
internal sealed unsafe class AsideMemory
{
    private readonly byte* _start;
    private readonly int _stride;

    internal AsideMemory(int count, int bytes)
    {
        _stride = (bytes + 63) & ~63;
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)count * (nuint)_stride, 64);
    }

    ~AsideMemory() => NativeMemory.AlignedFree(_start);

    internal byte* this[int index] => _start + ((long)index * _stride);
}
