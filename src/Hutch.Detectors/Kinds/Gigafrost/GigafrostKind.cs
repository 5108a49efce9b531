using System.Buffers.Binary;
using Hutch.Detectors.Configuration;
using Hutch.Streams;

namespace Hutch.Detectors.Kinds.Gigafrost;

/// <summary>
/// Gigafrost. Eight modules, <c>module = 2 * quadrant + link</c>, each with every other row of its quadrant, in packets of
/// whole rows of packed 12-bit pixels. The image id is the frame index.
/// </summary>
public sealed unsafe class GigafrostKind : DetectorKind
{
    private const int Modules = 8;
    private const int PixelsPerBlock = 12;
    private const int LargestPayload = 7400;

    /// <inheritdoc/>
    public override IReadOnlyList<string> TypeNames { get; } = ["gigafrost"];

    /// <inheritdoc/>
    public override void Validate(DaqConfiguration configuration, ICollection<string> errors)
    {
        if (configuration.BitDepth is not (12 or 16))
            errors.Add($"bit_depth is {configuration.BitDepth}, but a Gigafrost has 16 (12 on the wire)");
        if (configuration.Modules != Modules)
            errors.Add($"n_modules is {configuration.Modules}, but a Gigafrost has {Modules}");
        if (configuration.ImageWidth % (2 * PixelsPerBlock) != 0)
            errors.Add($"image_pixel_width is {configuration.ImageWidth}, but the width of a Gigafrost image is a multiple of {2 * PixelsPerBlock}");
        if (configuration.ImageHeight % 4 != 0)
            errors.Add($"image_pixel_height is {configuration.ImageHeight}, but the height of a Gigafrost image is a multiple of 4");
        if (configuration.ImageWidth > 0 && configuration.ImageHeight > 0 && RowsPerPacket(configuration) == 0)
            errors.Add($"image_pixel_width is {configuration.ImageWidth}, but one row of a quadrant must fit into a packet of {LargestPayload} bytes");
    }

    /// <inheritdoc/>
    public override PacketLayout Layout(DaqConfiguration configuration)
    {
        var (width, height, rows) = (Columns(configuration), Rows(configuration), RowsPerPacket(configuration));
        var packets = (height + rows - 1) / rows;
        var lastRows = height - ((packets - 1) * rows);
        return new PacketLayout(GigafrostHeader.Bytes, Data(rows), Pad(rows), Data(lastRows), Pad(lastRows), packets) { RowsPerPacket = rows };

        int Data(int n) => width * n * 3 / 2;
        int Pad(int n) => n % 2 == 1 && width % 48 != 0 ? 36 : 0;
    }

    /// <inheritdoc/>
    public override ModuleGeometry? Geometry(DaqConfiguration configuration, int module)
    {
        // Quadrants: 0 SW, 1 SE, 2 NW, 3 NE. The northern ones are read from the middle upwards.
        var (quadrant, link) = (module % Modules / 2, module % 2);
        var isNorth = quadrant >= 2;
        var isEast = quadrant % 2 == 1;
        var (height, width) = (configuration.ImageHeight, configuration.ImageWidth);
        return new ModuleGeometry(Rows(configuration), Columns(configuration),
            isNorth ? ((height - 1) / 2) - link : (height / 2) + link,
            isNorth ? -2 : 2,
            [new(0, Columns(configuration), isEast ? width / 2 : 0)]);
    }

    /// <inheritdoc/>
    public override PixelCoding Coding(DaqConfiguration configuration) => PixelCoding.Packed12;

    /// <inheritdoc/>
    public override ImageDataType ImageType(DaqConfiguration configuration) => ImageDataType.Uint16;

    /// <inheritdoc/>
    public override long LargestImageBytes(DaqConfiguration configuration) => 2016L * 2016 * sizeof(ushort);

    /// <inheritdoc/>
    public override bool TryReadHeader(byte* header, PacketLayout layout, out PacketHeader result)
    {
        var gf = (GigafrostHeader*)header;
        var (packet, rest) = Math.DivRem((uint)gf->FirstRow, (uint)layout.RowsPerPacket);
        result = new PacketHeader(gf->FrameIndex, gf->FrameIndex, packet, gf->Module, gf->ProtocolId == GigafrostHeader.Protocol);
        return rest == 0;
    }

    /// <inheritdoc/>
    public override DaqConfiguration? Guess(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length <= GigafrostHeader.Bytes || datagram[0] != GigafrostHeader.Protocol)
            return null;
        var quadrantRows = (datagram[2] & 0xFE) | ((datagram[3] & 3) << 8);
        var guess = new DaqConfiguration
        {
            DetectorName = "gigafrost",
            DetectorType = "gigafrost",
            Modules = Modules,
            BitDepth = 16,
            ImageHeight = 2 * quadrantRows,
            ImageWidth = 2 * PixelsPerBlock * datagram[1],
            StartUdpPort = 0,
        };
        if (guess.ImageWidth == 0 || Rows(guess) == 0 || RowsPerPacket(guess) == 0)
            return null;
        var layout = Layout(guess);
        return datagram.Length == layout.Datagram(0) || datagram.Length == layout.Datagram(layout.PacketsPerFrame - 1) ? guess : null;
    }

    /// <inheritdoc/>
    public override void WriteHeader(byte* header, DaqConfiguration configuration, PacketLayout layout, int module, ulong imageId, int packet) =>
        *(GigafrostHeader*)header = new GigafrostHeader
        {
            ProtocolId = GigafrostHeader.Protocol,
            RowBlocks = (byte)(Columns(configuration) / PixelsPerBlock),
            QuadrantRowsLow = (byte)(configuration.ImageHeight / 2),
            Place = (byte)((module / 2 << 6) | (module % 2 << 5) | (configuration.ImageHeight / 2 >> 8 & 3)),
            ScanId = 1,
            FrameIndex = (uint)imageId,
            FirstRow = (ushort)(packet * RowsPerPacket(configuration)),
            TimestampAndExposure = imageId & 0xFF_FFFF_FFFF,
        };

    /// <inheritdoc/>
    public override void DescribeFrame(byte* header, DaqConfiguration configuration, PacketLayout layout, ref FrameMetadata frame) =>
        GigafrostDetails.Write(*(GigafrostHeader*)header, Columns(configuration), Rows(configuration), RowsPerPacket(configuration), frame.Details);

    /// <inheritdoc/>
    public override void DescribeImage(in FrameMetadata frame, ImageMetadata image)
    {
        var copy = frame;
        GigafrostDetails.Read(copy.Details, image.Gf ??= new GigafrostMetadata());
    }

    /// <summary>Rows a packet, in integer arithmetic and in the order in which the detector does it.</summary>
    internal static int RowsPerPacket(DaqConfiguration configuration)
    {
        var width = Columns(configuration);
        var blocks = width / PixelsPerBlock;
        if (blocks == 0)
            return 0;
        var cubes = LargestPayload / (36 * blocks) * blocks / 2;
        return Math.Min(cubes * 48 / width, Rows(configuration));
    }

    private static int Columns(DaqConfiguration configuration) => configuration.ImageWidth / 2;

    private static int Rows(DaqConfiguration configuration) => configuration.ImageHeight / 4;
}
