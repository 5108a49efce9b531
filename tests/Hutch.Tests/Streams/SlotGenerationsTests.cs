using FsCheck;
using FsCheck.Fluent;
using Hutch.Streams;

namespace Hutch.Tests.Streams;

public class SlotGenerationsTests
{
    private const int Slots = 4;

    private static int _count;

    [Fact]
    public void A_slot_holds_an_id_from_its_completion_until_another_begins()
    {
        using var ring = NewRing();
        var table = ring.Generations;

        Assert.False(table.Holds(1));
        Assert.True(table.TryBegin(1));
        Assert.False(table.Holds(1));
        Assert.True(table.TryComplete(1));
        Assert.True(table.Holds(1));
        Assert.True(table.TryBegin(1 + Slots));
        Assert.False(table.Holds(1));
        Assert.False(table.Holds(1 + Slots));
    }

    [Fact]
    public void Of_two_ids_in_one_slot_the_larger_wins_and_the_other_cannot_complete()
    {
        using var ring = NewRing();
        var table = ring.Generations;

        Assert.True(table.TryBegin(1));
        Assert.True(table.TryBegin(1 + Slots));
        Assert.False(table.TryBegin(1));
        Assert.False(table.TryComplete(1));
        Assert.True(table.TryComplete(1 + Slots));
    }

    [Fact]
    public void An_id_that_was_given_up_leaves_its_slot_to_a_smaller_one()
    {
        using var ring = NewRing();
        var table = ring.Generations;

        Assert.True(table.TryBegin(9));
        table.Abandon(9);

        Assert.True(table.TryBegin(1));
    }

    [Fact]
    public void Without_a_living_producer_every_slot_counts_as_valid()
    {
        using var consumer = Ring.ForConsumer($"test-{Environment.ProcessId}-ring-{Interlocked.Increment(ref _count)}", 4096, Slots);

        Assert.True(consumer.Generations.Holds(3));
    }

    [Fact]
    public void What_a_producer_that_has_ended_left_unfinished_or_overwrote_stays_invalid()
    {
        var name = $"test-{Environment.ProcessId}-ring-{Interlocked.Increment(ref _count)}";
        using var ring = Ring.ForProducer(name, 4096, Slots);
        foreach (var id in new ulong[] { 1, 1 + Slots, 2 })
            Assert.True(ring.Generations.TryBegin(id) && ring.Generations.TryComplete(id));
        Assert.True(ring.Generations.TryBegin(3));
        using (var producer = new FileStream($"/dev/shm/{name}.generations", FileMode.Open, FileAccess.Write))
            producer.Write(BitConverter.GetBytes((ulong)int.MaxValue));   // the id of no process

        Assert.Equal([false, true, false, true, true], new ulong[] { 1, 2, 3, 1 + Slots, 2 + Slots }.Select(ring.Generations.Holds));
    }

    [Fact]
    public void Whatever_the_order_a_slot_never_holds_an_id_that_was_not_completed_last()
    {
        var steps = Gen.ListOf(from operation in Gen.Choose(0, 2) from id in Gen.Choose(0, 12) select (operation, Id: (ulong)id));
        using var ring = NewRing();
        Prop.ForAll(steps.ToArbitrary(), script =>
        {
            var table = ring.Generations;
            var writing = new ulong?[Slots];
            var complete = new ulong?[Slots];
            for (var id = 0UL; id <= 12; id++)
            {
                if (table.TryBegin(id))
                    table.Abandon(id);
            }
            foreach (var (operation, id) in script)
            {
                var slot = id % Slots;
                switch (operation)
                {
                    case 0:
                        var wins = writing[slot] is not { } other || other <= id;
                        Assert.Equal(wins, table.TryBegin(id));
                        if (wins)
                            (writing[slot], complete[slot]) = (id, null);
                        break;
                    case 1:
                        Assert.Equal(writing[slot] == id, table.TryComplete(id));
                        if (writing[slot] == id)
                            (writing[slot], complete[slot]) = (null, id);
                        break;
                    default:
                        table.Abandon(id);
                        if (writing[slot] == id)
                            writing[slot] = null;
                        break;
                }
                for (var any = 0UL; any <= 12; any++)
                    Assert.Equal(complete[any % Slots] == any, table.Holds(any));
            }
        }).QuickCheckThrowOnFailure();
    }

    private static Ring NewRing() => Ring.ForProducer($"test-{Environment.ProcessId}-ring-{Interlocked.Increment(ref _count)}", 4096, Slots);
}
