using Hutch.Reduction.Tests.Support;

namespace Hutch.Reduction.Tests.Runs;

/// <summary>Runs follow each other without a pause, and each gets what is its own.</summary>
public class RunBoundaryTests
{
    private const string Summary = """
        import h5py, sys, glob, os
        for name in sorted(glob.glob(os.path.join(sys.argv[1], '*.h5'))):
            with h5py.File(name) as f:
                d = f['entry/output/values']
                print(f['entry'].attrs['run'].decode(), f['entry'].attrs['chunks'], d.shape, d[...].flatten()[0], f['entry/output'].attrs['NX_class'].decode())
        """;

    [Fact]
    public void Runs_of_changing_shape_lose_nothing_while_the_last_is_finished()
    {
        using var reduction = new RunningReduction();
        // The first run is still being post-processed when the next ones have come.
        reduction.WritePost("import time\nif attrs['is_final']: time.sleep(0.5)\noutput = accumulation");
        reduction.Listening();
        for (var i = 1; i <= 5; i++)
            reduction.Sender.Send((ulong)i, 1, 4, 6);
        for (var i = 6; i <= 9; i++)
            reduction.Sender.Send((ulong)i, 2, 8, 3);
        for (var i = 1; i <= 3; i++)
            reduction.Sender.Send((ulong)i, 3, 8, 3);
        reduction.Sender.EndRun("array-1.0", "");
        reduction.WaitUntil(() => reduction.Result is { IsFinal: true, Run: "run-3" }, "the last run is finished");
        reduction.WaitUntil(() => reduction.Status is { Received: 12, Reduced: 12, Lost: 0 }, "the status reports all images");
        reduction.WaitUntil(() => Directory.GetFiles(Path.Combine(reduction.Folder, "saved"), "*.h5").Length == 3, "three files");
        Assert.Equal(
            "run-1 5 (4, 6) 5 NXdata\nrun-2 4 (8, 3) 8 NXdata\nrun-3 3 (8, 3) 9 NXdata",
            Python.Run(Summary, Path.Combine(reduction.Folder, "saved")));
    }

    [Fact]
    public void Hostile_messages_are_counted_and_the_stream_goes_on()
    {
        using var reduction = new RunningReduction().Listening();
        reduction.Sender.Send(1, 1);
        reduction.Sender.SendRaw("");
        reduction.Sender.SendRaw("no json", "x", "y");
        reduction.Sender.SendRaw("{\"htype\":\"array-1.0\",\"shape\":[-1,4],\"type\":\"uint16\",\"frame\":2}", "x");
        reduction.Sender.SendRaw("{\"htype\":\"array-1.0\",\"shape\":[4,6],\"type\":\"uint16\",\"frame\":2}");
        reduction.Sender.SendRaw("{\"htype\":\"array-1.0\",\"shape\":[4,6],\"type\":\"uint16\",\"frame\":2}", "too short");
        reduction.Sender.SendRaw("{\"htype\":\"array-1.0\",\"shape\":[999999999,999999999],\"type\":\"uint16\",\"frame\":3}", "x");
        reduction.Sender.Send(3, 2);
        reduction.WaitForChunks(2);
        reduction.WaitUntil(() => reduction.Status!.Lost == 6, "what came wrong is counted");
        Assert.Equal(3, reduction.Values()[0]);
    }
}
