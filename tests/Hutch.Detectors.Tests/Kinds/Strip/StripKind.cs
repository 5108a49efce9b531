using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;
using Hutch.Streams;

namespace Hutch.Detectors.Tests.Kinds.Strip;

/// <summary>
/// A kind of detector that Hutch does not ship: modules of 64 rows of 1280 strips of 32 bits, a row a packet, one below the other. It
/// is also the example of the guide.
/// </summary>
internal sealed unsafe class StripKind : DetectorKind
{
    private const int Rows = 64;
    private const int Columns = 1280;
    private const int PacketData = Columns * sizeof(uint);

    public override IReadOnlyList<string> TypeNames { get; } = ["strip"];

    public override void Validate(DaqConfiguration configuration, ICollection<string> errors)
    {
        if (configuration.BitDepth != 32)
            errors.Add($"bit_depth is {configuration.BitDepth}, but strips have 32");
        if (configuration.ImageHeight != configuration.Modules * Rows || configuration.ImageWidth != Columns)
            errors.Add($"the image is {configuration.ImageWidth} x {configuration.ImageHeight}, but {configuration.Modules} modules give {Columns} x {configuration.Modules * Rows}");
    }

    public override PacketLayout Layout(DaqConfiguration configuration) =>
        PacketLayout.Uniform(StripHeader.Bytes, PacketData, Rows);

    public override ModuleGeometry? Geometry(DaqConfiguration configuration, int module) => new(Rows, Columns, module * Rows, 1, [new(0, Columns, 0)]);

    public override PixelCoding Coding(DaqConfiguration configuration) => PixelCoding.UInt32;

    public override ImageDataType ImageType(DaqConfiguration configuration) => ImageDataType.Uint32;

    public override bool TryReadHeader(byte* header, PacketLayout layout, out PacketHeader result)
    {
        var strip = (StripHeader*)header;
        result = new PacketHeader(strip->Shot, strip->Shot, strip->Packet, strip->Module, IsKnownFormat: true);
        return strip->Magic == StripHeader.Mark;
    }

    public override DaqConfiguration? Guess(ReadOnlySpan<byte> datagram) =>
        datagram.Length == StripHeader.Bytes + PacketData && datagram.StartsWith("STRP"u8)
            ? new DaqConfiguration { DetectorName = "strip", DetectorType = "strip", Modules = 1, BitDepth = 32, ImageHeight = Rows, ImageWidth = Columns, StartUdpPort = 0 }
            : null;

    public override void WriteHeader(byte* header, DaqConfiguration configuration, PacketLayout layout, int module, ulong imageId, int packet) =>
        *(StripHeader*)header = new StripHeader { Magic = StripHeader.Mark, Module = (ushort)module, Packet = (ushort)packet, Shot = imageId };

    public override void DescribeFrame(byte* header, DaqConfiguration configuration, PacketLayout layout, ref FrameMetadata frame)
    {
    }

    public override void DescribeImage(in FrameMetadata frame, ImageMetadata image)
    {
    }
}
