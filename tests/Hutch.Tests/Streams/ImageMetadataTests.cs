using Google.Protobuf;
using Hutch.Streams;

namespace Hutch.Tests.Streams;

public class ImageMetadataTests
{
    [Fact]
    public void What_is_read_into_one_object_again_and_again_is_what_the_library_reads_into_a_new_one()
    {
        var random = new Random(1);
        var (kept, valid) = (new ImageMetadata(), 0);
        for (var i = 0; i < 50_000; i++)
        {
            var message = Message(random);
            ImageMetadata? expected = null;
            try
            {
                expected = ImageMetadata.Parser.ParseFrom(message);
            }
            catch (InvalidProtocolBufferException)
            {
            }
            var isRead = kept.TryRead(message);
            Assert.True(isRead == expected is not null, $"{i}: {Convert.ToHexString(message)}");
            if (!isRead)
                continue;
            valid++;
            Assert.True(expected!.Equals(kept), $"{i}: {Convert.ToHexString(message)}: {kept}, not {expected}");
        }
        Assert.InRange(valid, 10_000, 45_000);
    }

    private static byte[] Message(Random random)
    {
        var image = new ImageMetadata { ImageId = (ulong)random.NextInt64() >> random.Next(64), Height = (ulong)random.Next(5000), Width = 3, Dtype = (ImageDataType)random.Next(30), Status = (ImageStatus)random.Next(4) };
        switch (random.Next(6))
        {
            case 0:
                image.Gf = new GigafrostMetadata { ScanId = (uint)random.Next(), SyncTime = (uint)random.Next(3), FrameTimestamp = (ulong)random.NextInt64(), StoreImage = random.Next(2) == 0 };
                break;
            case 1:
                image.Jf = new JungfrauMetadata { DaqRec = (ulong)random.Next(3) };
                break;
            case 2:
                image.Eg = new EigerMetadata { Exptime = (ulong)random.Next(3) };
                break;
            case 3:
                image.Pco = new PcoMetadata { GlobalTimestampNs = 7, BsreadName = random.Next(2) == 0 ? "" : "name" };
                break;
        }
        var bytes = image.ToByteArray();
        // A second message behind it (the last of a field counts), unknown fields, and damage.
        if (random.Next(4) == 0)
            bytes = [.. bytes, .. Message(random)];
        if (random.Next(4) == 0)
            bytes = [0xA2, 0x06, 2, 1, 2, 0x98, 0x06, 5, .. bytes];
        for (var n = random.Next(3) - 1; n > 0 && bytes.Length > 0; n--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return random.Next(8) == 0 ? bytes[..random.Next(bytes.Length + 1)] : bytes;
    }
}
