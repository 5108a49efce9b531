using System.Runtime.InteropServices;
using Google.Protobuf;
using Hutch.Streams;

namespace Hutch.Testing;

/// <summary>
/// A detector that sends the images a test gives it: into the image ring of shared memory, announced on the channel
/// <c>NAME-image</c>, as an assembler does. What reads an image stream, here or in another process, cannot tell the difference.
/// </summary>
public sealed class SimulatedDetector : IDisposable
{
    private readonly Ring _ring;
    private readonly MetadataPublisher _publisher;

    /// <summary>Makes the ring and binds the channel.</summary>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="name">The detector's name; null makes one up that no other test has.</param>
    /// <param name="slots">Images that the ring holds.</param>
    /// <exception cref="UserErrorException">Another detector has the name, or /dev/shm has no room.</exception>
    public SimulatedDetector(int width, int height, string? name = null, int slots = 16)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        (Width, Height, Name) = (width, height, name ?? $"test-{Guid.NewGuid():N}");
        _publisher = new MetadataPublisher(StreamNames.Endpoint(RingName));
        _ring = Ring.ForProducer(RingName, (long)width * height * sizeof(ushort), slots);
    }

    /// <summary>Pixels of a row.</summary>
    public int Width { get; }

    /// <summary>Rows of an image; a pixel has 16 bits, without sign.</summary>
    public int Height { get; }

    /// <summary>The detector's name, from which rings and channels have theirs (<see cref="StreamNames"/>).</summary>
    public string Name { get; }

    /// <summary>The name of the image ring and its channel.</summary>
    public string RingName => StreamNames.Of(Name, StreamNames.Image);

    /// <summary>Slots of the ring; its readers need the same number.</summary>
    public int Slots => _ring.Slots;

    /// <summary>The id of the image that was sent last; 0 before the first.</summary>
    public ulong LastId { get; private set; }

    /// <summary>Waits for the first subscriber: what is sent before is lost.</summary>
    /// <param name="count">How many must subscribe.</param>
    /// <exception cref="TimeoutException">They did not connect within <see cref="Eventually.Patience"/>.</exception>
    public void WaitForSubscribers(int count = 1) => Eventually.True(
        () => !_publisher.CountSubscribers() && _publisher.Subscribers >= count,
        text: $"{count} subscribe to {StreamNames.Endpoint(RingName)}");

    /// <summary>Sends the next image.</summary>
    /// <param name="pixel">The value at column x and row y.</param>
    /// <param name="status">What is said of it. Default: complete.</param>
    /// <param name="id">Its id; null for the one after the last. A gap is a lost image.</param>
    /// <returns>The id.</returns>
    public ulong Send(Func<int, int, ushort> pixel, ImageStatus status = ImageStatus.GoodImage, ulong? id = null)
    {
        ArgumentNullException.ThrowIfNull(pixel);
        LastId = id ?? LastId + 1;
        _ring.Generations.Restart(LastId);
        var pixels = MemoryMarshal.Cast<byte, ushort>(_ring.SlotSpan(LastId));
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
                pixels[(y * Width) + x] = pixel(x, y);
        }
        _ring.Generations.TryComplete(LastId);
        _publisher.Publish(new ImageMetadata
        {
            ImageId = LastId,
            Width = (ulong)Width,
            Height = (ulong)Height,
            Size = (ulong)_ring.SlotBytes,
            Dtype = ImageDataType.Uint16,
            Status = status,
        }.ToByteArray());
        return LastId;
    }

    /// <summary>Closes the channel; the ring goes when its last reader does.</summary>
    public void Dispose()
    {
        _publisher.Dispose();
        _ring.Dispose();
    }
}
