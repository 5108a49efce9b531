using Hutch.Detectors.Assembly;

namespace Hutch.Detectors.Tests.Assembly;

public unsafe class StreamedCopyTests
{
    [Fact]
    public void All_sizes_and_alignments_are_copied_and_nothing_else_is_touched()
    {
        var source = new byte[1024];
        new Random(1).NextBytes(source);
        var target = GC.AllocateArray<byte>(1024, pinned: true);
        var expected = new byte[1024];
        foreach (var bytes in Enumerable.Range(0, 260).Concat([511, 512, 700]))
        {
            for (var at = 0; at < 64; at++)
            {
                target.AsSpan().Fill(0xEE);
                expected.AsSpan().Fill(0xEE);
                source.AsSpan(at / 3, bytes).CopyTo(expected.AsSpan(at + 64));
                fixed (byte* from = source, to = target)
                    StreamedCopy.Copy(from + (at / 3), to + 64 + at, bytes);
                Assert.True(expected.AsSpan().SequenceEqual(target), $"{bytes} bytes to alignment {at}");
            }
        }
    }
}
