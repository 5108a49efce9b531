using Hutch.Reduction.Tests.Support;

namespace Hutch.Reduction.Tests.Scripts;

/// <summary>Scripts in C#: the same names, the same ends.</summary>
public class CSharpScriptTests
{
    [Fact]
    public void A_script_in_CSharp_reduces_fails_and_is_changed_like_one_in_Python()
    {
        using var reduction = new RunningReduction(new { script_timeout_sec = 2 }, start: false);
        reduction.WriteProc("""
            var pixels = input.As<ushort>();
            if (pixels[0] == 2)
                throw new ArgumentException("two");
            if (pixels[0] == 3)
            {
                while (true) { }
            }
            if (pixels[0] == 4)
            {
                unsafe { *(int*)0x10000000 = 0; }
            }
            output = Sum(pixels);

            static double[] Sum(ReadOnlySpan<ushort> pixels)
            {
                var sum = 0.0;
                foreach (var p in pixels)
                    sum += p;
                return [sum];
            }
            """, "csx");
        reduction.WritePost("output[\"sum\"] = accumulation[\"\"].ToDoubles()[0];", "csx");
        reduction.Listening();
        reduction.Sender.Send(1, 1);
        reduction.WaitForChunks(1);
        Assert.Equal([24.0], reduction.Values("sum"));

        void Fails(ulong frame, ushort value, int line, string told)
        {
            reduction.Sender.Send(frame, value);
            reduction.WaitUntil(() => reduction.Status!.Failure?.Chunk == (long)frame, $"the failure in chunk {frame}");
            Assert.Contains(told, reduction.Status!.Failure!.Message, StringComparison.Ordinal);
            Assert.Equal(line, reduction.Status.Failure.Line);
        }
        Fails(2, 2, 3, "two");
        Fails(3, 3, 6, "it did not end");
        Fails(4, 4, 10, "ended while running");

        reduction.WriteProc("output = new double[] { 1 }\nint x = ;", "csx");
        reduction.WaitUntil(() => reduction.Status!.State == "script broken", "the script does not compile");
        Assert.Equal((1, true), (reduction.Status!.Failure!.Line, reduction.Status.Stale));
        Assert.Contains("CS1002", reduction.Status.Failure.Traceback, StringComparison.Ordinal);

        reduction.WriteProc("output = (double)input.As<ushort>()[0];", "csx");
        reduction.WaitUntil(() => reduction.Result is { Chunks: 4 } && reduction.Values("sum")[0] == 10, "all four images with the changed script");
    }
}
