using Hutch.Reduction.Tests.Support;

namespace Hutch.Reduction.Tests.Scripts;

/// <summary>What is done to a script while data come: each ends as it should, and nothing else is disturbed.</summary>
public class ChangedScriptTests
{
    [Fact]
    public void A_changed_script_reduces_what_is_still_here_again_and_a_touched_one_does_nothing()
    {
        using var reduction = new RunningReduction().Listening();
        for (var i = 1; i <= 3; i++)
            reduction.Sender.Send((ulong)i, (ushort)i);
        reduction.WaitForChunks(3);
        Assert.All(reduction.Values(), v => Assert.Equal(6, v));
        var md5 = reduction.Status!.Scripts[0].Md5;

        File.SetLastWriteTimeUtc(reduction.Proc(), DateTime.UtcNow);
        File.WriteAllText(reduction.Proc(), File.ReadAllText(reduction.Proc()));
        reduction.WriteProc("output = input.astype('f8') * 10");
        reduction.WaitUntil(() => reduction.Result is { Chunks: 3 } && reduction.Values()[0] == 60, "the sum of the changed script");

        reduction.WaitUntil(() => reduction.Status!.Restarts == 1, "the status counts the restart");
        Assert.NotEqual(md5, reduction.Status!.Scripts[0].Md5);
        reduction.WaitUntil(() => !reduction.Status!.Stale, "the result is fresh");
        Assert.Equal(0, reduction.Status.Failed);
    }

    [Fact]
    public void A_script_that_is_replaced_by_rename_removed_and_restored()
    {
        using var reduction = new RunningReduction();
        reduction.WritePost("output = accumulation");
        reduction.Listening();
        reduction.Sender.Send(1, 1);
        reduction.WaitForChunks(1);

        var temporary = reduction.Proc() + ".tmp~";
        File.WriteAllText(temporary, "output = input * 2.0");
        File.Move(temporary, reduction.Proc(), overwrite: true);
        reduction.WaitUntil(() => reduction.Result is { Chunks: 1 } && reduction.Values()[0] == 2, "the result of the script that was moved there");

        File.Move(reduction.Proc(), temporary);
        reduction.WaitUntil(() => reduction.Status!.State == "waiting for a script", "the script is missed");
        Assert.True(reduction.Status!.Stale);
        reduction.Sender.Send(2, 5);
        reduction.WaitUntil(() => reduction.Status!.Waiting == 2, "chunks wait for the script");
        Assert.Equal(2, reduction.Values()[0]);

        File.Move(temporary, reduction.Proc());
        reduction.WaitUntil(() => reduction.Result is { Chunks: 2 } && reduction.Values()[0] == 12, "both chunks are reduced");
        Assert.Equal((0L, 0L), (reduction.Status!.Lost, reduction.Status.Failed));
    }

    [Fact]
    public void A_syntax_error_is_told_with_its_line_while_the_last_good_result_stays()
    {
        using var reduction = new RunningReduction().Listening();
        reduction.Sender.Send(1, 7);
        reduction.WaitForChunks(1);
        var good = reduction.Result!;

        reduction.WriteProc("x = 1\noutput = (input\n");
        reduction.WaitUntil(() => reduction.Status!.Failure is not null, "the failure is told");
        var status = reduction.Status!;
        Assert.Equal(("script broken", true, reduction.Proc(), 2), (status.State, status.Stale, status.Failure!.Script, status.Failure.Line));
        Assert.Contains("SyntaxError", status.Failure.Traceback, StringComparison.Ordinal);
        Assert.Equal(good.Version, reduction.Result!.Version);

        reduction.WriteProc("output = input + 1");
        reduction.WaitUntil(() => reduction.Result!.Version > good.Version && reduction.Values()[0] == 8, "the mended script's result");
        reduction.WaitUntil(() => reduction.Status is { Stale: false, Failure: null }, "all is well again");
    }

    [Fact]
    public void A_changed_post_processing_script_keeps_the_accumulation_and_renaming_it_away_disables_the_step()
    {
        using var reduction = new RunningReduction();
        reduction.WritePost("output = {'sum': accumulation.sum()}");
        reduction.Listening();
        reduction.Sender.Send(1, 1);
        reduction.Sender.Send(2, 2);
        reduction.WaitForChunks(2);
        Assert.Equal([72.0], reduction.Values("sum"));

        reduction.WritePost("output['largest'] = accumulation.max()\noutput['chunks'] = attrs['chunks']");
        reduction.WaitUntil(() => reduction.Result!.Items.Any(i => i.Name == "largest"), "the result of the changed script");
        Assert.Equal((3.0, 2.0, 2L), (reduction.Values("largest")[0], reduction.Values("chunks")[0], reduction.Status!.Reduced));

        File.Move(reduction.Post(), reduction.Post() + ".off");
        reduction.WaitUntil(() => reduction.Result!.Items is [{ Name: "output" }], "the accumulation is the result");
        Assert.Equal(2, reduction.Status!.Reduced);
    }

    [Fact]
    public void A_change_that_no_notification_tells_of_is_found_all_the_same()
    {
        using var reduction = new RunningReduction(new { script_check_interval_sec = 0.2 });
        // The folder of the scripts sees nothing of what happens to the target of a link.
        var target = Path.Combine(Directory.CreateDirectory(Path.Combine(reduction.Folder, "elsewhere")).FullName, "script");
        File.WriteAllText(target, "output = input * 1.0");
        File.Delete(reduction.Proc());
        File.CreateSymbolicLink(reduction.Proc(), target);
        reduction.Listening();
        reduction.Sender.Send(1, 3);
        reduction.WaitForChunks(1);

        File.WriteAllText(target, "output = input * 3.0");
        reduction.WaitUntil(() => reduction.Values()[0] == 9, "the changed script's result");
    }

    [Fact]
    public void When_no_script_is_left_the_program_ends_with_an_error()
    {
        using var reduction = new RunningReduction().Listening();
        File.Delete(reduction.Proc());
        reduction.WaitUntil(() => reduction.Services.Any(s => s.State == Hutch.Services.ServiceState.Failed), "the program ends");
        Assert.Contains("there is no longer a script", reduction.Log, StringComparison.Ordinal);
    }
}
