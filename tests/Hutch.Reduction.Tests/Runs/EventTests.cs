using Hutch.LiveResults;
using Hutch.Reduction.Sources;
using Hutch.Reduction.Tests.Support;

namespace Hutch.Reduction.Tests.Runs;

/// <summary>Events, live and from a NeXus file; also of a distant year.</summary>
public class EventTests
{
    private const int Pulses = 20;

    private const string Script = """
        import numpy as np
        assert input['time_ns'].size == 0 or int(input['time_ns'][0]) // (365 * 86400 * 10**9) >= 230
        output = {'events': input, 'spectrum': np.histogram(input['tof'], 10, (0, 100), weights=np.sqrt(input['id']))[0]}
        """;

    private static readonly long Start = EventTime.Parse("2200-03-01T00:00:00.000000001Z");

    private static long TimeOf(int pulse) => Start + (pulse * 16_666_667L);

    private static (uint[] Ids, float[] Tofs) EventsOf(int pulse)
    {
        var random = new Random(pulse);
        var count = pulse % 4 * 3;
        return ([.. Enumerable.Range(0, count).Select(_ => (uint)random.Next(100))], [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 100)]);
    }

    [Fact]
    public void A_recorded_run_of_the_year_2200_reduces_as_it_did_live()
    {
        ResultSet live, replayed;
        using (var reduction = new RunningReduction(new { pulses_per_chunk = 3 }))
        {
            reduction.WriteProc(Script);
            reduction.Listening();
            for (var p = 0; p < Pulses; p++)
            {
                var (ids, tofs) = EventsOf(p);
                reduction.Sender.SendPulse("77", (ulong)p + 1, TimeOf(p), ids, tofs);
            }
            reduction.Sender.EndRun("event-1.0", "77");
            reduction.WaitUntil(() => reduction.Result is { IsFinal: true }, "the end of the run");
            live = reduction.Result!;
            Assert.Equal((0L, 0L), (reduction.Status!.Failed, reduction.Status.Lost));
        }
        using (var reduction = new RunningReduction(new { pulses_per_chunk = 3 }))
        {
            reduction.WriteProc(Script);
            var file = Path.Combine(reduction.Folder, "77.nxs.h5");
            WriteNexus(file);
            reduction.Configuration["listener"] = $"file:{file}";
            reduction.Start(once: true).WaitForEnd();
            replayed = reduction.Result!;
            Assert.Equal(0, reduction.Status!.Failed);
        }

        Assert.Equal(7, live.Chunks);
        Assert.Equal([Enumerable.Range(0, Pulses).Sum(p => EventsOf(p).Ids.Length)], live.Items[0].Values.Shape);
        Assert.Equal(live.Items[0].Values.Data, replayed.Items[0].Values.Data);
        Assert.Equal(live.Items[1].Values.Data, replayed.Items[1].Values.Data);
        Assert.Equal(TimeOf(1), BitConverter.ToInt64(live.Items[0].Values.Data));
    }

    [Fact]
    public void Events_that_are_not_preserved_are_counted_and_only_the_spectra_that_were_asked_for()
    {
        using var reduction = new RunningReduction(new { preserve_events = false, spectra = new[] { 5, 9 }, histogram = new { tof_max = 100, bins = 4 } });
        reduction.WriteProc("output = input");
        reduction.Listening();
        reduction.Sender.SendPulse("1", 1, TimeOf(0), [5, 9, 7, 5], [10, 30, 50, 99]);
        reduction.Sender.SendPulse("1", 2, TimeOf(1), [9, 9], [30, 200]);
        reduction.WaitForChunks(2);
        Assert.Equal([1, 0, 0, 1, 0, 2, 0, 0], reduction.Values());
    }

    // Two banks; times are relative to an offset, as in the files of the SNS.
    private static void WriteNexus(string file)
    {
        var lines = Enumerable.Range(0, Pulses).Select(p => EventsOf(p)).Select((e, p) =>
            $"{TimeOf(p) - Start};{string.Join(',', e.Ids)};{string.Join(',', e.Tofs.Select(t => t.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))}");
        Python.Run("""
            import h5py, numpy as np, sys
            pulses = [line.split(';') for line in sys.argv[2].split('\n')]
            with h5py.File(sys.argv[1], 'w') as f:
                for bank, part in (('bank1_events', slice(0, 2)), ('bank2_events', slice(2, None))):
                    g = f.create_group('entry/' + bank)
                    g.attrs['NX_class'] = 'NXevent_data'
                    ids = [[int(i) for i in p[1].split(',') if i][part] for p in pulses]
                    tofs = [[np.float32(t) for t in p[2].split(',') if t][part] for p in pulses]
                    g['event_id'] = np.array(sum(ids, []), 'u4')
                    g['event_time_offset'] = np.array(sum(tofs, []), 'f4')
                    g['event_index'] = np.cumsum([0] + [len(i) for i in ids[:-1]]).astype('u8')
                    zero = g.create_dataset('event_time_zero', data=np.array([int(p[0]) for p in pulses]) / 1e9)
                    zero.attrs['offset'] = '2200-03-01T00:00:00.000000001Z'
            """, file, string.Join('\n', lines));
    }
}
