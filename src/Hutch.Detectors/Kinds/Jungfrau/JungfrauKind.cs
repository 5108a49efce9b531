using System.Buffers.Binary;
using Hutch.Detectors.Configuration;
using Hutch.Streams;

namespace Hutch.Detectors.Kinds.Jungfrau;

/// <summary>
/// Jungfrau, raw. A module has 1024 x 512 pixels of 16 bits (bits 14-15 gain stage, bits 0-13 ADC value) in 128 packets. The
/// image id is the bunch id, which the packets carry as a double; the frame number distinguishes frames.
/// </summary>
public unsafe class JungfrauKind : DetectorKind
{
    private const int Rows = 512;
    private const int Columns = 1024;
    private const int PacketData = 8192;
    private const byte SlsDetectorType = 4;

    // 2^64 as a double: what is not below it has no place in a u64.
    private const double TwoTo64 = 18446744073709551616.0;

    /// <inheritdoc/>
    public override IReadOnlyList<string> TypeNames { get; } = ["jungfrau", "jungfrau-raw"];

    /// <inheritdoc/>
    public override bool ImageIdsAreConsecutive => false;

    /// <inheritdoc/>
    public override void Validate(DaqConfiguration configuration, ICollection<string> errors)
    {
        if (!IsBitDepth(configuration.BitDepth))
            errors.Add($"bit_depth is {configuration.BitDepth}, but a Jungfrau has 16");
        ModulePositions.Validate(configuration, Columns, Rows, errors);
    }

    /// <inheritdoc/>
    public override PacketLayout Layout(DaqConfiguration configuration) =>
        PacketLayout.Uniform(SlsHeader.Bytes, PacketData, Rows * Columns * sizeof(ushort) / PacketData);

    /// <inheritdoc/>
    public override ModuleGeometry? Geometry(DaqConfiguration configuration, int module) =>
        configuration.ModulePositions.TryGetValue(module, out var position)
            ? new ModuleGeometry(Rows, Columns, position.StartY, position.RowStep, [new(0, Columns, position.StartX)])
            : null;

    /// <inheritdoc/>
    public override PixelCoding Coding(DaqConfiguration configuration) => PixelCoding.UInt16;

    /// <inheritdoc/>
    public override ImageDataType ImageType(DaqConfiguration configuration) => Coding(configuration).ImageType();

    /// <inheritdoc/>
    public override long LargestImageBytes(DaqConfiguration configuration) => 1024L * 512 * 32 * configuration.PixelBytes;

    /// <inheritdoc/>
    public override bool TryReadHeader(byte* header, PacketLayout layout, out PacketHeader result)
    {
        var sls = (SlsHeader*)header;
        var bunchId = BitConverter.UInt64BitsToDouble(sls->Specific1);
        var isId = bunchId is >= 0 and < TwoTo64;   // false for NaN
        result = new PacketHeader(sls->FrameNumber, isId ? (ulong)bunchId : 0, sls->PacketNumber, sls->ModuleId, sls->HeaderVersion == SlsHeader.Version);
        return isId;
    }

    /// <inheritdoc/>
    public override DaqConfiguration? Guess(ReadOnlySpan<byte> datagram) =>
        SlsHeader.Guess("jungfrau", datagram, PacketData) is { } guess ? guess with { ImageHeight = Rows, ImageWidth = Columns } : null;

    /// <inheritdoc/>
    public override void WriteHeader(byte* header, DaqConfiguration configuration, PacketLayout layout, int module, ulong imageId, int packet) =>
        *(SlsHeader*)header = new SlsHeader
        {
            FrameNumber = imageId,
            ExposureLength = 1000,
            PacketNumber = (uint)packet,
            Specific1 = BitConverter.DoubleToUInt64Bits(imageId),
            ModuleId = (ushort)module,
            DetectorType = SlsDetectorType,
            HeaderVersion = SlsHeader.Version,
        };

    /// <inheritdoc/>
    public override void DescribeFrame(byte* header, DaqConfiguration configuration, PacketLayout layout, ref FrameMetadata frame)
    {
        // u64 id, u64 frame index, u64 DAQ record, u64 module id
        var sls = (SlsHeader*)header;
        BinaryPrimitives.WriteUInt64LittleEndian(frame.Details, frame.ImageId);
        BinaryPrimitives.WriteUInt64LittleEndian(frame.Details[8..], sls->FrameNumber);
        BinaryPrimitives.WriteUInt64LittleEndian(frame.Details[16..], sls->Specific3);
        BinaryPrimitives.WriteUInt64LittleEndian(frame.Details[24..], frame.ModuleId);
    }

    /// <inheritdoc/>
    public override void DescribeImage(in FrameMetadata frame, ImageMetadata image)
    {
        var copy = frame;
        (image.Jf ??= new JungfrauMetadata()).DaqRec = BinaryPrimitives.ReadUInt64LittleEndian(copy.Details[16..]);
    }

    /// <summary>Whether <c>bit_depth</c> may have this value.</summary>
    protected virtual bool IsBitDepth(int bits) => bits == 16;
}
