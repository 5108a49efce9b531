using System.Buffers.Binary;
using Hutch.Streams;

namespace Hutch.Detectors.Kinds.Gigafrost;

/// <summary>
/// The Gigafrost's part of a frame's metadata, packed: u8 swapped rows, link, correction mode, quadrant, rows a packet, do not
/// store; u32 scan id, size x, size y, scan time, sync time; u64 frame timestamp, exposure time.
/// </summary>
internal static class GigafrostDetails
{
    internal static void Write(in GigafrostHeader header, int width, int height, int rowsPerPacket, Span<byte> details)
    {
        details[0] = (byte)header.SwappedRows;
        details[1] = (byte)header.Link;
        details[2] = (byte)header.CorrectionMode;
        details[3] = (byte)header.Quadrant;
        details[4] = (byte)rowsPerPacket;
        details[5] = (byte)((header.StatusFlags & GigafrostHeader.DoNotStore) != 0 ? 1 : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(details[6..], header.ScanId);
        BinaryPrimitives.WriteUInt32LittleEndian(details[10..], (uint)width);
        BinaryPrimitives.WriteUInt32LittleEndian(details[14..], (uint)height);
        BinaryPrimitives.WriteUInt32LittleEndian(details[18..], header.ScanTime);
        BinaryPrimitives.WriteUInt32LittleEndian(details[22..], header.SyncTime);
        BinaryPrimitives.WriteUInt64LittleEndian(details[26..], header.Timestamp);
        BinaryPrimitives.WriteUInt64LittleEndian(details[34..], header.ExposureTime);
    }

    internal static void Read(ReadOnlySpan<byte> details, GigafrostMetadata image)
    {
        image.StoreImage = details[5] == 0;
        image.ScanId = BinaryPrimitives.ReadUInt32LittleEndian(details[6..]);
        image.ScanTime = BinaryPrimitives.ReadUInt32LittleEndian(details[18..]);
        image.SyncTime = BinaryPrimitives.ReadUInt32LittleEndian(details[22..]);
        image.FrameTimestamp = BinaryPrimitives.ReadUInt64LittleEndian(details[26..]);
        image.ExposureTime = BinaryPrimitives.ReadUInt64LittleEndian(details[34..]);
    }
}
