using Hutch.Streams;

namespace Hutch.Tests.Streams;

public class RingTests
{
    private static string Name { get; } = $"test-{Environment.ProcessId}-ring";

    [Fact]
    public void The_total_size_is_rounded_up_to_2_MiB_and_the_slot_of_an_id_is_its_remainder()
    {
        using var ring = Ring.ForProducer(Name + "-size", slotBytes: 1_000_000, slots: 5);
        ring.SlotSpan(7).Fill(9);

        Assert.Equal(3 * (2 << 20), new FileInfo($"/dev/shm/{Name}-size").Length);
        Assert.Equal(9, File.ReadAllBytes($"/dev/shm/{Name}-size")[2_000_000]);
    }

    [Fact]
    public void A_ring_goes_with_its_last_user()
    {
        var first = Ring.ForProducer(Name + "-last", 4096, 2);
        var second = Ring.ForConsumer(Name + "-last", 4096, 2);
        first.Dispose();
        Assert.True(File.Exists($"/dev/shm/{Name}-last"));
        second.Dispose();

        Assert.False(File.Exists($"/dev/shm/{Name}-last"));
        Assert.False(File.Exists($"/dev/shm/{Name}-last.generations"));
    }

    [Fact]
    public void A_producer_that_comes_back_finds_every_slot_empty()
    {
        using var consumer = Ring.ForConsumer(Name + "-again", 4096, 2);
        using (var producer = Ring.ForProducer(Name + "-again", 4096, 2))
        {
            producer.SlotSpan(1).Fill(1);
            producer.Generations.TryBegin(1);
            producer.Generations.TryComplete(1);
        }
        Assert.Equal(1, consumer.SlotSpan(1)[4095]);

        using var again = Ring.ForProducer(Name + "-again", 4096, 2);

        Assert.False(consumer.SlotSpan(1).ContainsAnyExcept((byte)0));
        Assert.False(consumer.Generations.Holds(1));
    }

    [Fact]
    public void A_ring_of_another_size_is_refused_with_the_way_out()
    {
        using var ring = Ring.ForProducer(Name + "-other", 4096, 2);

        var error = Assert.Throws<UserErrorException>(() => Ring.ForConsumer(Name + "-other", 4096, 2000));

        Assert.Contains($"rm /dev/shm/{Name}-other", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ring_that_shared_memory_cannot_hold_is_refused_and_leaves_nothing_behind()
    {
        var error = Assert.Throws<UserErrorException>(() => Ring.ForProducer(Name + "-huge", 1L << 40, 100));

        Assert.Contains("/dev/shm", error.Message, StringComparison.Ordinal);
        Assert.Contains("fewer slots", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists($"/dev/shm/{Name}-huge"));
    }
}
