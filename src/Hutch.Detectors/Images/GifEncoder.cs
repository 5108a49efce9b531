namespace Hutch.Detectors.Images;

/// <summary>Makes animated GIF files (GIF89a) of 8-bit images in "hot" colours.</summary>
public static class GifEncoder
{
    private const int ClearCode = 256;
    private const int EndCode = 257;
    private const int MostCodes = 4096;

    /// <summary>Encodes frames of one size, shown in an endless loop.</summary>
    /// <param name="frames">The frames, each <paramref name="width"/> x <paramref name="height"/> bytes.</param>
    /// <param name="width">Columns, 1 to 65535.</param>
    /// <param name="height">Rows, 1 to 65535.</param>
    /// <param name="delay">How long each is shown.</param>
    public static byte[] Encode(IReadOnlyList<byte[]> frames, int width, int height, TimeSpan delay)
    {
        ArgumentNullException.ThrowIfNull(frames);
        using var file = new MemoryStream();
        file.Write("GIF89a"u8);
        WriteWord(file, width);
        WriteWord(file, height);
        file.Write([0xF7, 0, 0]);   // a table of 256 colours, 8 bits each
        for (var i = 0; i < 256; i++)
            file.Write(HotColours.Of((byte)i));
        file.Write([0x21, 0xFF, 11, .. "NETSCAPE2.0"u8, 3, 1, 0, 0, 0]);   // again and again
        foreach (var frame in frames)
        {
            file.Write([0x21, 0xF9, 4, 0]);
            WriteWord(file, (int)(delay.TotalMilliseconds / 10));
            file.Write([0, 0, 0x2C, 0, 0, 0, 0]);
            WriteWord(file, width);
            WriteWord(file, height);
            file.WriteByte(0);
            Compress(file, frame);
        }
        file.WriteByte(0x3B);
        return file.ToArray();
    }

    private static void WriteWord(MemoryStream file, int value) => file.Write([(byte)value, (byte)(value >> 8)]);

    // LZW with codes of 9 to 12 bits, lowest bit first, in blocks of up to 255 bytes (GIF89a, appendix F).
    private static void Compress(MemoryStream file, byte[] pixels)
    {
        file.WriteByte(8);
        var codes = new Dictionary<int, int>();
        var bits = new BitBlocks(file);
        var (size, next) = (9, EndCode + 1);
        bits.Write(ClearCode, size);
        var prefix = (int)pixels[0];
        foreach (var pixel in pixels.AsSpan(1))
        {
            var key = (prefix << 8) | pixel;
            if (codes.TryGetValue(key, out var known))
            {
                prefix = known;
                continue;
            }
            bits.Write(prefix, size);
            if (next < MostCodes)
            {
                codes[key] = next;
                if (next++ == 1 << size)
                    size++;
            }
            else
            {
                bits.Write(ClearCode, size);
                codes.Clear();
                (size, next) = (9, EndCode + 1);
            }
            prefix = pixel;
        }
        bits.Write(prefix, size);
        bits.Write(EndCode, size);
        bits.End();
    }

    private sealed class BitBlocks(MemoryStream file)
    {
        private readonly byte[] _block = new byte[255];
        private int _length;
        private uint _bits;
        private int _count;

        public void Write(int code, int size)
        {
            _bits |= (uint)code << _count;
            for (_count += size; _count >= 8; _count -= 8, _bits >>= 8)
                Add((byte)_bits);
        }

        public void End()
        {
            if (_count > 0)
                Add((byte)_bits);
            Flush();
            file.WriteByte(0);
        }

        private void Add(byte value)
        {
            _block[_length++] = value;
            if (_length == _block.Length)
                Flush();
        }

        private void Flush()
        {
            if (_length == 0)
                return;
            file.WriteByte((byte)_length);
            file.Write(_block, 0, _length);
            _length = 0;
        }
    }
}
