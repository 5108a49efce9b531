using FsCheck;
using FsCheck.Fluent;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Ledger;

namespace Hutch.Detectors.Tests.Ledger;

public sealed class AcquisitionLossesTests : IDisposable
{
    private readonly DaqConfiguration _detector = TestDetectors.Eiger(modules: 4);
    private readonly DaqConfiguration _detectorWithGaps = TestDetectors.Jungfrau(modules: 4);
    private readonly LossJournal _journal;

    public AcquisitionLossesTests() => _journal = LossJournal.Open(_detector.DetectorName);

    private int Packets => _detector.Kind.Layout(_detector).PacketsPerFrame;

    public void Dispose() => _journal.Dispose();

    [Fact]
    public void What_is_lost_before_the_first_image_and_after_the_last_belongs_to_no_acquisition()
    {
        var losses = New();
        GiveUp(9);
        losses.Add(10);
        losses.Add(11);
        GiveUp(12);

        var ledger = losses.Close(2, 2, 2);

        Assert.True(ledger.AddsUp, ledger.ToJson());
        Assert.All(ledger.Stages, s => Assert.Empty(s.Lost));
        Assert.Equal((10UL, 11UL), (ledger.FirstImageId, ledger.LastImageId));
    }

    [Fact]
    public void An_id_that_nobody_has_seen_is_lost_before_the_receivers()
    {
        var losses = New();
        losses.Add(1);
        losses.Add(4);

        var ledger = losses.Close(2, 2, 2);

        Assert.True(ledger.AddsUp, ledger.ToJson());
        Assert.Equal(2, Stage(ledger, "synchroniser").Lost["nothing_received"]);
        Assert.Equal(2 * 4, Stage(ledger, "receiver").Lost["no_packet"]);
        Assert.Equal(2 * 4 * Packets, Stage(ledger, "network").Lost["not_received"]);
    }

    [Fact]
    public void An_image_that_is_in_the_ring_but_did_not_come_was_lost_in_the_queue()
    {
        var losses = new AcquisitionLosses(_detector, _journal, id => id == 2);
        losses.Add(1);
        losses.Add(3);

        var ledger = losses.Close(2, 2, 2);

        Assert.True(ledger.AddsUp, ledger.ToJson());
        Assert.Equal(1, Stage(ledger, "channel").Lost["queue_full"]);
        Assert.Empty(Stage(ledger, "synchroniser").Lost);
    }

    [Fact]
    public void A_detector_that_begins_anew_in_the_middle_is_counted_and_no_loss()
    {
        var losses = New();
        foreach (var id in (ulong[])[100, 101, 0, 1, 2])
            losses.Add(id);

        var ledger = losses.Close(5, 5, 5);

        Assert.True(ledger.AddsUp, ledger.ToJson());
        Assert.Equal(1, ledger.Restarts);
        Assert.All(ledger.Stages, s => Assert.Empty(s.Lost));
    }

    [Fact]
    public void A_jump_of_the_ids_without_measure_costs_no_time_and_no_memory()
    {
        var losses = New();
        losses.Add(1);
        losses.Add(ulong.MaxValue - 1);
        losses.Add(5);

        var ledger = losses.Close(3, 3, 3);

        Assert.True(ledger.AddsUp, ledger.ToJson());
        Assert.Equal(2, ledger.Restarts);
    }

    [Fact]
    public void A_ledger_whose_writer_wrote_less_than_it_got_does_not_add_up()
    {
        var losses = New();
        losses.Add(1);
        losses.Add(2);

        Assert.False(losses.Close(2, 1, 1).AddsUp);
        Assert.False(losses.Close(2, 2, 1).AddsUp);
        _journal.Add(LossStage.Writer, LossReason.Overwritten, 2);
        Assert.True(losses.Close(2, 1, 1).AddsUp);
    }

    [Fact]
    public void A_loss_at_every_stage_stands_in_its_row_with_unit_numbers_and_reason()
    {
        var losses = new AcquisitionLosses(_detector, _journal, id => id == 3);
        losses.Add(1);
        _journal.Add(LossStage.Kernel, LossReason.SocketBufferFull, 2, 2, 0);
        _journal.Add(LossStage.Receiver, LossReason.MissingPackets, 2, 5, 0);
        losses.Add(2, isIncomplete: true);
        // 3 is in the ring, but was not announced; 4 was overwritten by the synchroniser, 5 and 6 by the compressor, 7 by the stream's receiver; of 8 one frame.
        _journal.Add(LossStage.Synchroniser, LossReason.Overwritten, 4);
        _journal.Add(LossStage.Compressor, LossReason.Overwritten, 5);
        _journal.Add(LossStage.Compressor, LossReason.Overwritten, 6);
        _journal.Add(LossStage.StreamReceiver, LossReason.Overwritten, 7);
        _journal.Add(LossStage.Converter, LossReason.Overwritten, 8, 1, 2);
        GiveUp(8);
        _journal.Add(LossStage.Writer, LossReason.Overwritten, 9);
        for (var id = 9UL; id <= 12; id++)
            losses.Add(id);

        var ledger = losses.Close(sent: 5, written: 3, rows: 3, writerDied: true);

        Assert.Equal((1UL, 12UL, 0, 1L, 1L, 0L), (ledger.FirstImageId, ledger.LastImageId, ledger.Restarts, ledger.IncompleteFrames, ledger.IncompleteImages, ledger.Unreadable));
        Assert.Equal(
        [
            $"network packets {12 * 4 * Packets} {(12 * 4 * Packets) - 5} not_received=3 socket_buffer_full=2",
            "receiver frames 48 48 ",
            "converter frames 48 47 overwritten=1",
            "synchroniser images 12 10 frame_missing=1 overwritten=1",
            "stream images 10 9 overwritten=1",
            "compressor images 9 7 overwritten=2",
            "channel images 7 6 queue_full=1",
            "writer images 6 3 not_taken=1 overwritten=1 writer_died=1",
            "file images 3 3 ",
        ], ledger.Stages.Select(r => $"{r.Stage} {r.Unit} {r.Expected} {r.Passed} {string.Join(' ', r.Lost.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"))}"));
        Assert.True(ledger.AddsUp, ledger.ToJson());
    }

    [Fact]
    public void What_a_stage_lost_for_several_reasons_is_added()
    {
        var losses = New();
        losses.Add(1);
        _journal.Add(LossStage.Compressor, LossReason.Overwritten, 2);
        _journal.Add(LossStage.Compressor, LossReason.Failed, 3);
        _journal.Add(LossStage.StreamReceiver, LossReason.Overwritten, 4);
        _journal.Add(LossStage.StreamReceiver, LossReason.QueueFull, 5);
        losses.Add(6);

        var ledger = losses.Close(2, 2, 2);

        Assert.True(ledger.AddsUp, ledger.ToJson());
        Assert.Equal((6, 4), (Stage(ledger, "stream").Expected, Stage(ledger, "stream").Passed));
        Assert.Equal((4, 2), (Stage(ledger, "compressor").Expected, Stage(ledger, "compressor").Passed));
    }

    [Fact]
    public void An_acquisition_without_an_image_has_no_first_one_and_adds_up()
    {
        var ledger = New().Close(0, 0, 0);

        Assert.True(ledger.AddsUp, ledger.ToJson());
        Assert.Null(ledger.FirstImageId);
        Assert.Null(ledger.LastImageId);
    }

    [Fact]
    public void Images_that_miss_packets_of_which_no_receiver_said_so_have_no_rows_before_the_synchroniser()
    {
        var losses = New();
        losses.Add(1, isIncomplete: true);

        Assert.Equal(["synchroniser", "channel", "writer", "file"], losses.Close(1, 1, 1).Stages.Select(s => s.Stage));
    }

    [Fact]
    public void An_image_that_misses_packets_is_known_before_it_comes()
    {
        var losses = New();
        losses.Add(1);
        _journal.Add(LossStage.Receiver, LossReason.MissingPackets, 3, 1, 0);
        _journal.Add(LossStage.Kernel, LossReason.SocketBufferFull, 2, 1, 0);

        Assert.Equal([false, true, false], new ulong[] { 2, 3, 4 }.Select(losses.MissesPackets));
    }

    [Theory]
    [InlineData(1_000_000UL, 0)]   // a gap
    [InlineData(1_000_001UL, 1)]   // another start of the detector
    [InlineData(0UL, 1)]           // the same id again
    public void A_jump_is_a_gap_up_to_a_million(ulong jump, int restarts)
    {
        var losses = New();
        losses.Add(10);
        losses.Add(10 + jump);

        var ledger = losses.Close(2, 2, 2);

        Assert.Equal(restarts, ledger.Restarts);
        Assert.Equal(restarts == 0 ? (long)jump - 1 : 0, Lost(ledger, "synchroniser", "nothing_received"));
        Assert.True(ledger.AddsUp, ledger.ToJson());
    }

    [Fact]
    public void What_was_lost_before_a_restart_counts_and_what_is_left_of_then_does_not_count_for_the_ids_after()
    {
        var losses = New();
        losses.Add(1);
        GiveUp(2);
        losses.Add(3);
        GiveUp(5);   // was never followed by an image
        losses.Add(1);
        losses.Add(6);

        var ledger = losses.Close(4, 4, 4);

        Assert.Equal(1, Lost(ledger, "synchroniser", "frame_missing"));
        Assert.Equal(4, Lost(ledger, "synchroniser", "nothing_received"));   // 2 to 5 of the second start
        Assert.True(ledger.AddsUp, ledger.ToJson());
    }

    [Fact]
    public void An_image_that_is_in_the_ring_and_was_given_up_is_lost_once()
    {
        var losses = new AcquisitionLosses(_detector, _journal, _ => true);
        losses.Add(1);
        GiveUp(2);
        losses.Add(3);

        var ledger = losses.Close(2, 2, 2);

        Assert.Equal((1, 0), (Lost(ledger, "synchroniser", "frame_missing"), Lost(ledger, "channel", "queue_full")));
        Assert.True(ledger.AddsUp, ledger.ToJson());
    }

    [Fact]
    public void More_losses_than_the_journal_holds_are_counted_and_the_ledger_does_not_claim_to_add_up()
    {
        var losses = New();
        losses.Add(1);
        for (var i = 0; i < (1 << 16) + 7; i++)
            _journal.Add(LossStage.Writer, LossReason.Overwritten, 1);

        var ledger = losses.Close(1, 1, 1);

        Assert.Equal(7, ledger.Unreadable);
        Assert.False(ledger.AddsUp);
    }

    [Fact]
    public void An_account_may_begin_with_what_was_noted_before_it()
    {
        var position = _journal.Count;
        GiveUp(2);
        var losses = new AcquisitionLosses(_detector, _journal, _ => false, position);
        losses.Add(1);
        losses.Add(3);

        Assert.Equal(1, Lost(losses.Close(2, 2, 2), "synchroniser", "frame_missing"));
    }

    // What the stages would note of a random fate of each image, and what must come out.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whatever_happens_to_each_image_the_ledger_adds_up_and_names_it(bool idsAreConsecutive)
    {
        var detector = idsAreConsecutive ? _detector : _detectorWithGaps;
        var packets = detector.Kind.Layout(detector).PacketsPerFrame;
        // Where ids have gaps, one of which no packet came may never have been.
        var fates = Gen.ArrayOf(Gen.Choose(0, 8).Where(fate => idsAreConsecutive || fate != 4)).Where(f => f.Length > 0).ToArbitrary();
        Prop.ForAll(fates, f =>
        {
            int[] all = [0, .. f, 0];   // the first and the last one come
            var losses = new AcquisitionLosses(detector, _journal, _ => false);
            var (missing, kernel, written) = (0, 0, 0);
            for (var id = 0; id < all.Length; id++)
            {
                switch (all[id])
                {
                    case 1: GiveUp((ulong)id); continue;
                    case 2: _journal.Add(LossStage.Synchroniser, LossReason.Overwritten, (ulong)id); continue;
                    case 3: _journal.Add(LossStage.Compressor, LossReason.Overwritten, (ulong)id); continue;
                    case 4: continue;   // no packet of it came
                    case 5:
                        _journal.Add(LossStage.Kernel, LossReason.SocketBufferFull, (ulong)id, 1, 0);
                        _journal.Add(LossStage.Receiver, LossReason.MissingPackets, (ulong)id, 3, 0);
                        (missing, kernel, written) = (missing + 3, kernel + 1, written + 1);
                        break;
                    case 6: _journal.Add(LossStage.Writer, LossReason.Overwritten, (ulong)id); break;
                    case 7:   // all frames were overwritten before they were converted: the synchroniser hears nothing
                        for (var module = 0; module < 4; module++)
                            _journal.Add(LossStage.Converter, LossReason.Overwritten, (ulong)id, 1, module);
                        continue;
                    case 8:
                        _journal.Add(LossStage.Converter, LossReason.Overwritten, (ulong)id, 1, 2);
                        GiveUp((ulong)id);
                        continue;
                    default: written++; break;
                }
                losses.Add((ulong)id);
            }
            var ledger = losses.Close(losses.Received, written, written);

            Assert.True(ledger.AddsUp, ledger.ToJson());
            Assert.Equal(all.Length, Stage(ledger, "synchroniser").Expected);
            Assert.Equal(all.Count(a => a is 1 or 8), Lost(ledger, "synchroniser", "frame_missing"));
            Assert.Equal((4 * all.Count(a => a == 7)) + all.Count(a => a == 8), Lost(ledger, "converter", "overwritten"));
            Assert.Equal(all.Count(a => a == 2), Lost(ledger, "synchroniser", "overwritten"));
            Assert.Equal(all.Count(a => a == 3), Lost(ledger, "compressor", "overwritten"));
            Assert.Equal(all.Count(a => a is 4 or 7), Lost(ledger, "synchroniser", "nothing_received"));
            Assert.Equal(all.Count(a => a == 6), Lost(ledger, "writer", "overwritten"));
            Assert.Equal(kernel, Lost(ledger, "network", "socket_buffer_full"));
            Assert.Equal(missing - kernel + ((all.Count(a => a == 1) + (4 * all.Count(a => a == 4))) * packets), Lost(ledger, "network", "not_received"));
        }).QuickCheckThrowOnFailure();
    }

    private static LedgerRow Stage(LossLedger ledger, string stage) => ledger.Stages.Single(s => s.Stage == stage);

    private static long Lost(LossLedger ledger, string stage, string reason) =>
        ledger.Stages.SingleOrDefault(s => s.Stage == stage)?.Lost.GetValueOrDefault(reason) ?? 0;

    private AcquisitionLosses New() => new(_detector, _journal, _ => false);

    // One module's frame did not come.
    private void GiveUp(ulong id)
    {
        _journal.Add(LossStage.Synchroniser, LossReason.FrameMissing, id);
        _journal.Add(LossStage.Synchroniser, LossReason.Incomplete, id);
    }
}
