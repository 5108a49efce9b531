using System.Buffers.Binary;
using Hutch.Detectors.Configuration;
using Hutch.Streams;

namespace Hutch.Detectors.Kinds.Eiger;

/// <summary>
/// Eiger. A port carries a half-module of 512 x 256 pixels of 8, 16 or 32 bits: two chips of 256 columns, between which the
/// image has a gap of 2. The image id is the frame number.
/// </summary>
public sealed unsafe class EigerKind : DetectorKind
{
    private const int Rows = 256;
    private const int Columns = 512;
    private const int ChipColumns = 256;
    private const int ChipGap = 2;
    private const int PacketData = 4096;
    private const byte SlsDetectorType = 3;

    /// <inheritdoc/>
    public override IReadOnlyList<string> TypeNames { get; } = ["eiger"];

    /// <inheritdoc/>
    public override void Validate(DaqConfiguration configuration, ICollection<string> errors)
    {
        if (configuration.BitDepth is not (8 or 16 or 32))
            errors.Add($"bit_depth is {configuration.BitDepth}, but an Eiger has 8, 16 or 32");
        ModulePositions.Validate(configuration, Columns + ChipGap, Rows, errors);
    }

    /// <inheritdoc/>
    public override PacketLayout Layout(DaqConfiguration configuration) =>
        PacketLayout.Uniform(SlsHeader.Bytes, PacketData, Rows * Columns * configuration.BitDepth / 8 / PacketData);

    /// <inheritdoc/>
    public override ModuleGeometry? Geometry(DaqConfiguration configuration, int module) =>
        configuration.ModulePositions.TryGetValue(module, out var position)
            ? new ModuleGeometry(Rows, Columns, position.StartY, position.RowStep,
                [new(0, ChipColumns, position.StartX), new(ChipColumns, ChipColumns, position.StartX + ChipColumns + ChipGap)])
            : null;

    /// <inheritdoc/>
    public override PixelCoding Coding(DaqConfiguration configuration) => configuration.BitDepth switch
    {
        8 => PixelCoding.UInt8,
        32 => PixelCoding.UInt32,
        _ => PixelCoding.UInt16,
    };

    /// <inheritdoc/>
    public override ImageDataType ImageType(DaqConfiguration configuration) => Coding(configuration).ImageType();

    /// <inheritdoc/>
    public override long LargestImageBytes(DaqConfiguration configuration) => 3106L * 3264 * sizeof(uint);

    /// <inheritdoc/>
    public override bool TryReadHeader(byte* header, PacketLayout layout, out PacketHeader result)
    {
        var sls = (SlsHeader*)header;
        result = new PacketHeader(sls->FrameNumber, sls->FrameNumber, sls->PacketNumber, sls->ModuleId, sls->HeaderVersion == SlsHeader.Version);
        return true;
    }

    /// <inheritdoc/>
    public override DaqConfiguration? Guess(ReadOnlySpan<byte> datagram) =>
        SlsHeader.Guess("eiger", datagram, PacketData) is { } guess ? guess with { BitDepth = 32, ImageHeight = Rows, ImageWidth = Columns + ChipGap } : null;

    /// <inheritdoc/>
    public override DaqConfiguration Refine(DaqConfiguration guess, int packetsPerFrame) =>
        guess with { BitDepth = packetsPerFrame * PacketData > Rows * Columns * 2 ? 32 : packetsPerFrame * PacketData > Rows * Columns ? 16 : 8 };

    /// <inheritdoc/>
    public override void WriteHeader(byte* header, DaqConfiguration configuration, PacketLayout layout, int module, ulong imageId, int packet) =>
        *(SlsHeader*)header = new SlsHeader
        {
            FrameNumber = imageId,
            ExposureLength = 1000,
            PacketNumber = (uint)packet,
            ModuleId = (ushort)module,
            DetectorType = SlsDetectorType,
            HeaderVersion = SlsHeader.Version,
        };

    /// <inheritdoc/>
    public override void DescribeFrame(byte* header, DaqConfiguration configuration, PacketLayout layout, ref FrameMetadata frame)
    {
        // u16 bit depth, u16 position y, u16 position x
        var sls = (SlsHeader*)header;
        BinaryPrimitives.WriteUInt16LittleEndian(frame.Details, (ushort)configuration.BitDepth);
        BinaryPrimitives.WriteUInt16LittleEndian(frame.Details[2..], sls->Row);
        BinaryPrimitives.WriteUInt16LittleEndian(frame.Details[4..], sls->Column);
    }

    /// <inheritdoc/>
    public override void DescribeImage(in FrameMetadata frame, ImageMetadata image) => image.Eg ??= new EigerMetadata();
}
