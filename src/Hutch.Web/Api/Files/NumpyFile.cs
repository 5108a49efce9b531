using System.Text;
using Hutch.Native.Hdf5;
using Microsoft.AspNetCore.Http;

namespace Hutch.Web.Api.Files;

/// <summary>Arrays for download: NumPy's format (NEP 1, version 1.0) and TIFF 6.0 for two dimensions.</summary>
internal static class NumpyFile
{
    /// <summary>Makes an <c>.npy</c> file.</summary>
    public static byte[] Npy(byte[] bytes, Hdf5TypeFacts type, IReadOnlyList<long> shape)
    {
        var dimensions = string.Concat(shape.Select(d => $"{d},"));
        var header = $"{{'descr': '{(type.Size == 1 ? '|' : '<')}{Kind(type)}{type.Size}', 'fortran_order': False, 'shape': ({dimensions}), }}";
        header = header.PadRight(((header.Length + 10 + 64) / 64 * 64) - 11) + '\n';   // the data begin at a multiple of 64
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header), .. bytes];
    }

    /// <summary>Makes a TIFF file of one strip.</summary>
    public static byte[] Tiff(byte[] bytes, Hdf5TypeFacts type, IReadOnlyList<long> shape)
    {
        if (shape.Count != 2)
            throw new BadHttpRequestException($"a TIFF file has two dimensions; the selection has {shape.Count}");
        const int Start = 8 + 2 + (10 * 12) + 4;
        using var file = new MemoryStream(Start + bytes.Length);
        using var writer = new BinaryWriter(file);
        writer.Write("II*\0"u8);
        writer.Write(8);
        writer.Write((short)10);
        // Width, length, bits, no compression, 0 is black, where, one sample, rows of the strip, its bytes, what a sample is.
        foreach (var (tag, value) in new (short, long)[]
            { (256, shape[1]), (257, shape[0]), (258, type.Size * 8), (259, 1), (262, 1), (273, Start), (277, 1), (278, shape[0]), (279, bytes.Length), (339, type.Class == 1 ? 3 : type.Sign == 1 ? 2 : 1) })
        {
            writer.Write(tag);
            writer.Write((short)4);
            writer.Write(1);
            writer.Write((int)value);
        }
        writer.Write(0);
        writer.Write(bytes);
        return file.ToArray();
    }

    private static char Kind(Hdf5TypeFacts type) => type.Class switch { 0 => type.Sign == 1 ? 'i' : 'u', 1 => 'f', _ => throw new BadHttpRequestException("only numbers can be saved in this format") };
}
