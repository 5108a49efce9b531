using Hutch.Reduction.Tests.Support;

namespace Hutch.Reduction.Tests.Scripts;

/// <summary>What a script may do wrong: each ends its worker at most, is told with script, line and chunk, and the next chunk is reduced.</summary>
public class FailingScriptTests
{
    // Each fails in the image whose pixels are 2, in line 3 of the script.
    public static TheoryData<string, string> Failures => new()
    {
        { "    raise ValueError('no such thing')", "ValueError: no such thing" },
        { "    while True: pass", "it did not end within 1 s" },
        { "    import os; os._exit(3)", "os._exit(3)" },
        { "    import ctypes; ctypes.string_at(0)", "SIGSEGV" },
        { "    import sys; sys.exit(1)", "SystemExit" },
        { "    hog = [np.zeros(1 << 24) for _ in range(1 << 20)]", "MemoryError" },
        { "    import os; os.kill(os.getpid(), 9)", "SIGKILL" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_chunk_in_which_the_script_fails_is_left_out_and_the_next_ones_are_reduced(string fault, string told)
    {
        using var reduction = new RunningReduction(new { script_timeout_sec = 1, system_mem_limit_perc = 5, mem_check_interval_sec = 60 });
        reduction.WriteProc($"import numpy as np\nif input[0, 0] == 2:\n{fault}\noutput = input.astype('u8')\n");
        reduction.Listening();
        for (var i = 1; i <= 4; i++)
            reduction.Sender.Send((ulong)i, (ushort)i);
        reduction.WaitForChunks(3);
        reduction.WaitUntil(() => reduction.Status is { Received: 4, Reduced: 3, Failed: 1 }, "the status reports it");

        Assert.Equal(8, reduction.Values()[0]);
        var status = reduction.Status!;
        Assert.Equal((reduction.Proc(), 2L), (status.Failure!.Script, status.Failure.Chunk));
        Assert.Contains(told, status.Failure.Message, StringComparison.Ordinal);
        if (!fault.Contains("kill", StringComparison.Ordinal))
            Assert.Equal(3, status.Failure.Line);
    }

    [Fact]
    public void Output_that_cannot_be_taken_is_a_failure_of_its_chunk()
    {
        using var reduction = new RunningReduction();
        reduction.WriteProc("if input[0, 0] == 1: output = 'text'\nif input[0, 0] == 2: output = input[:2]\nif input[0, 0] == 4: output = input\nif input[0, 0] == 5: output[...] = input");
        reduction.Listening();
        foreach (var value in new ushort[] { 4, 1, 2, 3, 5 })
            reduction.Sender.Send(value == 5 ? 10UL : (ulong)(value == 4 ? 1 : value + 1), value);
        reduction.WaitForChunks(2);
        reduction.WaitUntil(() => reduction.Status is { Reduced: 2, Failed: 3 }, "the status reports it");
        Assert.Equal(9, reduction.Values()[0]);
    }

    [Fact]
    public void A_memory_limit_restarts_the_processing_before_the_kernel_does_and_says_so()
    {
        using var reduction = new RunningReduction(new { mem_check_interval_sec = 0.05, system_mem_limit_perc = 4 });
        // The script stays below the limit of the one process: what all use together is what counts.
        reduction.WriteProc("""
            import numpy as np, time
            if input[0, 0] == 2:
                hog = []
                try:
                    while True:
                        hog.append(np.ones(1 << 17))
                except MemoryError:
                    while True:
                        time.sleep(1)
            output = input.astype('u8')
            """);
        reduction.Listening();
        reduction.Sender.Send(1, 1);
        reduction.WaitForChunks(1);
        reduction.Sender.Send(2, 2);
        reduction.WaitUntil(() => reduction.Status!.Restarts == 1, "the processing is restarted");
        Assert.Contains("memory limit", reduction.Status!.LastRestart, StringComparison.Ordinal);
        Assert.Equal((1L, 2L), (reduction.Status.Failed, reduction.Status.Failure!.Chunk));
        // The working data are cleared, and the next chunk is reduced.
        reduction.Sender.Send(3, 3);
        reduction.WaitUntil(() => reduction.Result is { Chunks: 1 } && reduction.Values()[0] == 3, "reduction goes on");
    }
}
