using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hutch.Native.Hdf5;

namespace Hutch.Detectors.Compression;

/// <summary>
/// The HDF5 filter 32008, for libhdf5 in this process: a file with bitshuffle-LZ4 is read by the ordinary calls. Its client data are, as the
/// bitshuffle library stores them: major and minor version of the format, bytes of an element, elements of a block (0: the
/// library's choice), compression (2: LZ4).
/// </summary>
public static unsafe class BitshuffleFilter
{
    private const int Id = 32008;   // registered with The HDF Group
    private const uint Major = 0;
    private const uint Minor = 3;
    private const uint ByDefault = 0;
    private const uint Lz4 = 2;

    private const uint LargestElement = 1024;   // ours have 4 bytes; a file may say anything

    // Places in the client data.
    private const int ElementSize = 2;
    private const int Compression = 4;
    private const int Count = 5;

    /// <summary>The bit of a chunk that is stored as it is, this being the only filter of its dataset.</summary>
    public const uint Skipped = 1;

    /// <summary>The filter parameters in the file for elements of a size.</summary>
    public static Hdf5FilterSettings Settings(int elementSize) => new(Id, [Major, Minor, (uint)elementSize, ByDefault, Lz4]);

    /// <summary>Makes the filter known to libhdf5.</summary>
    /// <exception cref="Hdf5Exception">The library refused.</exception>
    public static void Register() => Hdf5Filter.Register(Id, "bitshuffle", &Filter);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nuint Filter(uint flags, nuint count, uint* values, nuint bytes, nuint* bufferBytes, void** buffer)
    {
        if (count < Count || values[Compression] != Lz4 || values[ElementSize] is 0 or > LargestElement || bytes > int.MaxValue)
            return 0;
        try
        {
            var input = new ReadOnlySpan<byte>(*buffer, (int)bytes);
            var size = (flags & Hdf5Filter.Reverse) != 0 ? BitshuffleLz4.UncompressedBytes(input) : bytes;
            if (size is 0 or > int.MaxValue)
                return 0;
            var output = Hdf5Filter.Allocate((nuint)size);
            if (output is null)
                return 0;
            var length = Transform(flags, (int)values[ElementSize], input, new Span<byte>(output, (int)size));
            Hdf5Filter.Free(length > 0 ? *buffer : output);
            if (length > 0)
            {
                *buffer = output;
                *bufferBytes = (nuint)size;
            }
            return (nuint)length;
        }
        catch (InvalidDataException)
        {
            return 0;   // libhdf5 knows no other way to hear of an error
        }
    }

    // 0: it is malformed, or does not become smaller.
    private static int Transform(uint flags, int elementSize, ReadOnlySpan<byte> input, Span<byte> output)
    {
        if ((flags & Hdf5Filter.Reverse) == 0)
            return BitshuffleLz4.Compress(input, elementSize, output, new byte[BitshuffleLz4.ScratchBytes(elementSize)]);
        try
        {
            BitshuffleLz4.Decompress(input, elementSize, output);
            return output.Length;
        }
        catch (InvalidDataException)
        {
            return 0;
        }
    }
}
