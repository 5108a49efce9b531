using Hutch.Detectors.Configuration;
using Hutch.Streams;

namespace Hutch.Detectors.Kinds;

/// <summary>
/// What is particular to one kind of detector: its packets, its geometry and its metadata. A further kind is a folder beside
/// the others with the same files, and a line in <see cref="DetectorKinds"/>; a program of its own adds one with <see cref="DetectorKinds.Add"/>.
/// </summary>
public abstract unsafe class DetectorKind
{
    /// <summary>The values of <c>detector_type</c> that mean this kind.</summary>
    public abstract IReadOnlyList<string> TypeNames { get; }

    /// <summary>Whether the image after image i is i + 1, so that a missing id is a loss. Pulse ids are not so.</summary>
    public virtual bool ImageIdsAreConsecutive => true;

    /// <summary>Adds the errors of a configuration for this kind.</summary>
    public abstract void Validate(DaqConfiguration configuration, ICollection<string> errors);

    /// <summary>The sizes of the packets of a frame.</summary>
    public abstract PacketLayout Layout(DaqConfiguration configuration);

    /// <summary>Where the pixels of a module are in the image, or null if the module is inactive.</summary>
    public abstract ModuleGeometry? Geometry(DaqConfiguration configuration, int module);

    /// <summary>How the pixels of a frame are coded.</summary>
    public abstract PixelCoding Coding(DaqConfiguration configuration);

    /// <summary>The type of the pixels of an image.</summary>
    public abstract ImageDataType ImageType(DaqConfiguration configuration);

    /// <summary>
    /// Bytes of the largest image of this kind of detector: an image is split for replication as a part of it, so that small
    /// images need fewer pairs. A kind that says nothing uses all pairs.
    /// </summary>
    public virtual long LargestImageBytes(DaqConfiguration configuration) => configuration.ImageBytes;

    /// <summary>
    /// Reads the header of a packet. As in the deployed receivers, a version, protocol id or module number that is not the expected one is no
    /// reason to refuse a packet.
    /// </summary>
    /// <returns>False if the packet has no place in a frame or image.</returns>
    public abstract bool TryReadHeader(byte* header, PacketLayout layout, out PacketHeader result);

    /// <summary>What a configuration must look like for this packet to be one of its, as far as a packet tells; null if it is none of this kind.</summary>
    /// <param name="datagram">Header and data.</param>
    public virtual DaqConfiguration? Guess(ReadOnlySpan<byte> datagram) => null;

    /// <summary>Betters a guess when it is known how many packets a frame has.</summary>
    public virtual DaqConfiguration Refine(DaqConfiguration guess, int packetsPerFrame) => guess;

    /// <summary>Writes the header of a packet, as the detector sends it.</summary>
    public abstract void WriteHeader(byte* header, DaqConfiguration configuration, PacketLayout layout, int module, ulong imageId, int packet);

    /// <summary>Puts what the header says beyond the common fields into the metadata of the frame.</summary>
    public abstract void DescribeFrame(byte* header, DaqConfiguration configuration, PacketLayout layout, ref FrameMetadata frame);

    /// <summary>Puts what a frame's metadata say beyond the common fields into the metadata of the image.</summary>
    public abstract void DescribeImage(in FrameMetadata frame, ImageMetadata image);
}
