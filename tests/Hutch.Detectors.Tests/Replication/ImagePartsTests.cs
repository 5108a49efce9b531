using FsCheck;
using FsCheck.Fluent;
using Hutch.Detectors.Replication;

namespace Hutch.Detectors.Tests.Replication;

public class ImagePartsTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(3)]
    public void A_full_gigafrost_image_uses_all_pairs_by_the_rule_of_the_largest_image(int pairs)
    {
        var parts = ImageParts.Of(TestDetectors.Gigafrost() with { MaxForwarders = pairs });

        Assert.Equal(pairs, parts.Count);
        Assert.Equal(new ImagePart(1, 2016L * 2016 * 2 / pairs, 2016L * 2016 * 2 / pairs), parts[1]);
    }

    [Fact]
    public void A_small_image_uses_few_pairs()
    {
        // 2 modules of the 32 of the largest: 1024 x 1062 x 2 bytes, where 8 pairs carry 4 MiB each.
        Assert.Equal([new ImagePart(0, 0, 1024 * 1062 * 2)], ImageParts.Of(TestDetectors.Jungfrau(2)));
    }

    [Fact]
    public void Whole_images_are_not_split()
    {
        var configuration = TestDetectors.Eiger() with { MaxForwarders = 3, SenderSendsFullImages = true, UseAllForwarders = true };

        Assert.Equal([0, 1, 2], ImageParts.Of(configuration).Select(p => p.Number));
        Assert.All(ImageParts.Of(configuration), p => Assert.Equal((0, configuration.ImageBytes), (p.Offset, p.Bytes)));
    }

    [Fact]
    public void The_parts_cover_every_byte_once_and_begin_where_the_deployed_programs_begin() =>
        Prop.ForAll(Gen.Choose(1, 256).Zip(Gen.Choose(0, 7)).ToArbitrary(), choice =>
        {
            var (pairs, kind) = choice;
            var all = kind >= 4;
            var configuration = TestDetectors.ByIndex(kind) with { MaxForwarders = pairs, UseAllForwarders = all };
            var parts = ImageParts.Of(configuration);
            var divided = all ? configuration.ImageBytes : configuration.Kind.LargestImageBytes(configuration);

            var next = 0L;
            foreach (var part in parts)
            {
                Assert.Equal(next, part.Offset);
                Assert.Equal(part.Number * divided / pairs, part.Offset);
                Assert.InRange(ImageParts.DeployedBytes(configuration, part), part.Bytes - 1, part.Bytes);
                next += part.Bytes;
            }
            Assert.Equal(configuration.ImageBytes, next);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(new[] { "tcp://h:10000" }, 2, "tcp://h:10002")]
    [InlineData(new[] { "tcp://a:1", "tcp://b:1", "tcp://c:7" }, 2, "tcp://c:7")]
    public void An_address_is_given_once_or_for_each_part(string[] addresses, int part, string endpoint) =>
        Assert.Equal(endpoint, StreamEndpoints.Of(addresses, part, 3));

    [Theory]
    [InlineData("tcp://h", "tcp://HOST:PORT")]
    [InlineData("ipc://h:1", "tcp://HOST:PORT")]
    [InlineData("tcp://h:65535", "choose a lower port")]
    public void A_wrong_address_is_an_error(string address, string wayOut) =>
        Assert.Contains(wayOut, Assert.Throws<UsageErrorException>(() => StreamEndpoints.Of([address], 1, 3)).Message, StringComparison.Ordinal);
}
