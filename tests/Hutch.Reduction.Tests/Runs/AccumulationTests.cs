using Hutch.LiveResults;
using Hutch.Reduction.Tests.Support;

namespace Hutch.Reduction.Tests.Runs;

/// <summary>The same run gives the same bits: live and from a file, with one worker and with four, by each method.</summary>
public class AccumulationTests
{
    private const int Images = 24;

    // The sum of numbers in single precision depends on their order in the last bits.
    private const string Script = """
        import numpy as np, time
        time.sleep(0.002 * (int(attrs['image_ids'][0]) * 7919 % 5))
        output = {'roots': np.sqrt(input.astype('f4')) / np.float32(3), 'ids': np.array(attrs['image_ids']), 'raw': input}
        """;

    private const string Write = """
        import h5py, numpy as np, sys
        rng = np.random.default_rng(1)
        data = rng.integers(0, 60000, (24, 16, 24)).astype('u2')
        with h5py.File(sys.argv[1], 'w') as f:
            f['det/data'] = data
            f['det/image_id'] = np.arange(1, 25, dtype='u8')
        data.tofile(sys.argv[2])
        """;

    [Theory]
    [InlineData("Add")]
    [InlineData("Replace")]
    [InlineData("Append")]
    public void Live_and_replayed_with_one_worker_and_with_four_the_result_is_the_same_to_the_bit(string method)
    {
        var folder = Directory.CreateTempSubdirectory("hutch run ").FullName;
        var (file, raw) = (Path.Combine(folder, "run.h5"), Path.Combine(folder, "raw"));
        Python.Run(Write, file, raw);

        var results = new List<ResultSet>
        {
            Live(raw, method, workers: 1),
            Live(raw, method, workers: 4),
            Replayed(file, method, workers: 1),
            Replayed(file, method, workers: 4),
        };
        Directory.Delete(folder, recursive: true);

        Assert.All(results, r => Assert.Equal(Images, r.Chunks));
        Assert.Equal(method == "Append" ? [Images * 16, 24L] : [16L, 24L], results[0].Items[0].Values.Shape);
        foreach (var result in results.Skip(1))
        {
            Assert.Equal(results[0].Items.Select(i => i.Name), result.Items.Select(i => i.Name));
            foreach (var (expected, item) in results[0].Items.Zip(result.Items))
            {
                Assert.Equal(expected.Values.Shape, item.Values.Shape);
                Assert.True(expected.Values.Data.AsSpan().SequenceEqual(item.Values.Data), $"{method}: {item.Name} differs");
            }
        }
    }

    private static ResultSet Live(string raw, string method, int workers)
    {
        using var reduction = new RunningReduction(new { accum_method = method, workers });
        reduction.WriteProc(Script);
        reduction.Listening();
        var pixels = File.ReadAllBytes(raw);
        for (var i = 0; i < Images; i++)
            reduction.Sender.Send<byte>((ulong)i + 1, "uint16", [16, 24], pixels.AsSpan(i * 768, 768));
        reduction.Sender.EndRun("array-1.0", "");
        reduction.WaitUntil(() => reduction.Result is { IsFinal: true }, "the end of the run");
        return reduction.Result!;
    }

    private static ResultSet Replayed(string file, string method, int workers)
    {
        using var reduction = new RunningReduction(new { accum_method = method, workers, listener = $"file:{file}" });
        reduction.WriteProc(Script);
        reduction.Start(once: true);
        reduction.WaitForEnd();
        return reduction.Result!;
    }
}
