using System.IO.MemoryMappedFiles;
using Hutch.Detectors.Ledger;
using Hutch.Testing;

namespace Hutch.Detectors.Tests.Ledger;

public sealed class LossJournalTests : IDisposable
{
    private readonly string _detector = TestDetectors.UniqueName();
    private readonly LossJournal _journal;

    public LossJournalTests() => _journal = LossJournal.Open(_detector);

    public void Dispose() => _journal.Dispose();

    [Fact]
    public void Whoever_opens_the_journal_of_a_detector_reads_what_others_note()
    {
        using var other = LossJournal.Open(_detector);
        var position = _journal.Count;

        other.Add(LossStage.Receiver, LossReason.MissingPackets, 7, 3, module: 2);

        List<Loss> losses = [];
        Assert.Equal(0, _journal.Read(ref position, losses));
        Assert.Equal([new Loss(7, 3, LossStage.Receiver, LossReason.MissingPackets, 2)], losses);
        Assert.Equal(0, _journal.Read(ref position, losses));
        Assert.Single(losses);
    }

    [Fact]
    public void Nothing_is_lost_or_doubled_when_many_note_at_once_and_one_reads_along()
    {
        const int each = 10_000;
        var position = _journal.Count;
        List<Loss> losses = [];
        long unreadable = 0;
        var writers = Enumerable.Range(0, 4).Select(module => Task.Run(() =>
        {
            for (var i = 0; i < each; i++)
                _journal.Add(LossStage.Converter, LossReason.Overwritten, (ulong)i, i, module);
        })).ToArray();
        while (!Task.WaitAll(writers, 0))
            unreadable += _journal.Read(ref position, losses);
        unreadable += _journal.Read(ref position, losses);

        Assert.Equal((0, 4 * each), (unreadable, losses.Count));
        for (var module = 0; module < 4; module++)
            Assert.Equal(Enumerable.Range(0, each).Select(i => (long)i), losses.Where(l => l.Module == module).Select(l => l.Count));
    }

    [Fact]
    public void Losses_that_came_faster_than_they_were_read_are_counted_as_unreadable()
    {
        const int more = 100;
        const int capacity = 1 << 16;
        _journal.Add(LossStage.Writer, LossReason.Overwritten, 0);   // before the reader begins
        var position = _journal.Count;
        for (var i = 0; i < capacity + more; i++)
            _journal.Add(LossStage.Writer, LossReason.Overwritten, (ulong)i);

        List<Loss> losses = [];
        Assert.Equal(more, _journal.Read(ref position, losses));
        Assert.Equal((capacity, (ulong)more), (losses.Count, losses[0].ImageId));
    }

    [Fact]
    public void A_journal_that_cannot_be_made_is_an_error_that_names_it()
    {
        var name = TestDetectors.UniqueName();
        var taken = Directory.CreateDirectory($"/dev/shm/{name}-losses");

        var error = Assert.Throws<UserErrorException>(() => LossJournal.Open(name));

        taken.Delete();
        Assert.Contains($"the journal of losses /dev/shm/{name}-losses cannot be opened: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_loss_that_is_only_half_noted_is_waited_for_but_not_for_ever(bool isCompleted)
    {
        const int headerBytes = 64;
        using var memory = MemoryMappedFile.CreateFromFile($"/dev/shm/{_detector}-losses");
        using var view = memory.CreateViewAccessor();
        view.Write(0, 1L);   // the number is taken, the entry empty
        _journal.Add(LossStage.Writer, LossReason.Overwritten, 8);
        List<Loss> losses = [];
        long position = 0, unreadable = -1;
        var reader = new Thread(() => unreadable = _journal.Read(ref position, losses));
        reader.Start();
        Eventually.True(() => reader.ThreadState.HasFlag(ThreadState.WaitSleepJoin));

        if (isCompleted)
        {
            view.Write(headerBytes + 8, 7UL);
            view.Write(headerBytes, 1L);
        }

        Assert.True(reader.Join(TimeSpan.FromSeconds(20)));
        Assert.Equal(isCompleted ? 0 : 1, unreadable);
        Assert.Equal(isCompleted ? [7UL, 8UL] : [8UL], losses.Select(l => l.ImageId));
    }
}
