using System.Globalization;
using System.Runtime.InteropServices;
using Hutch.Reduction.Scripting;
using Hutch.Reduction.Sources;
using Hutch.Reduction.Tests.Support;

namespace Hutch.Reduction.Tests.Scripts;

/// <summary>The helpers of scripts, against numpy's own.</summary>
public class EventHistogramTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Counts_in_both_languages_are_those_of_numpy(bool hasFactor, bool hasGroup)
    {
        const int Bins = 500;
        const int Pixels = 100;
        var random = new Random(3);
        // Some pixels have no factor and no group, some values are outside.
        var events = Enumerable.Range(0, 150_000).Select(i => new EventRecord(i, (float)(random.NextDouble() * 17_000), (uint)random.Next(Pixels + 10))).ToArray();
        var factor = Enumerable.Range(0, Pixels).Select(p => 0.5 + (p * 0.01)).ToArray();
        var group = Enumerable.Range(0, Pixels).Select(p => (p % 4) - 1).ToArray();
        var counts = new long[(hasGroup ? 3 : 1) * Bins];
        EventHistogram.Count(events, counts, Bins, 100, 9000, hasFactor ? factor : default, hasGroup ? group : default);

        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, MemoryMarshal.AsBytes(events.AsSpan()).ToArray());
            var python = Python.Run("""
                import sys
                sys.path.insert(0, sys.argv[2])
                import numpy as np, hutch_events
                events = np.fromfile(sys.argv[1], [('time_ns','<i8'),('tof','<f4'),('id','<u4')])
                factor = 0.5 + np.arange(100) * 0.01 if sys.argv[3] == 'True' else None
                group = np.arange(100) % 4 - 1 if sys.argv[4] == 'True' else None
                counts = hutch_events.histogram(events, 500, 100, 9000, factor, group)
                keep = (events['id'] < 100) | (factor is None and group is None)
                some = events[keep]
                value = some['tof'].astype('f8') * (1 if factor is None else factor[some['id']])
                row = np.zeros(len(some), int) if group is None else group[some['id']]
                plain = np.zeros((3 if group is not None else 1, 500), int)
                place = np.floor((value - 100) * (500 / 8900))
                good = (place >= 0) & (place < 500) & (row >= 0)
                np.add.at(plain, (row[good], place[good].astype(int)), 1)
                assert np.array_equal(plain.ravel(), counts.ravel())
                assert len(hutch_events.histogram(events[:0], 5, 0, 1)) == 5
                print(' '.join(map(str, counts.ravel())))
                """, file, AppContext.BaseDirectory, hasFactor.ToString(), hasGroup.ToString());
            Assert.Equal(python, string.Join(' ', counts.Select(c => c.ToString(CultureInfo.InvariantCulture))));
            Assert.True(counts.Sum() > 50_000);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Counts_that_are_no_rows_are_refused() =>
        Assert.Throws<ArgumentException>(() => EventHistogram.Count([], new long[7], 2, 0, 1));
}
