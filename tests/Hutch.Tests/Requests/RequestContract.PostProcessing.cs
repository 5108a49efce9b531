using System.Collections.Concurrent;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Requests;

public abstract partial class RequestContract
{
    [Fact]
    public async Task Post_processing_follows_a_success_with_the_same_request()
    {
        await Primary("p", new Handler((_, _, _) => Task.FromResult<object?>("42 images")));
        await Post("q", "p", new Handler((_, request, _) => Task.FromResult<object?>($"after {request.PrimaryResult}: {request.Content}")));
        var id = await Client.SendAsync(Tag("p"), new { a = 1 });
        Assert.Equal(
            [
                $"{Name("p")} request_start null", $"{Name("p")} request_success 42 images",
                $"{Name("q")} request_start null", $$"""{{Name("q")}} request_success after 42 images: {"a":1}""",
            ],
            await Log.LinesAsync(id, 4));
    }

    [Fact]
    public async Task Post_processing_never_runs_on_a_failed_or_killed_request_but_passes_the_failure_on()
    {
        var worked = new ConcurrentQueue<string>();
        await Primary("p", new Handler(async (_, request, kill) =>
        {
            if (request.Content.GetString() == "kill me")
                await Task.Delay(Timeout.Infinite, kill);
            throw new InvalidDataException("bad");
        }));
        await Post("q", "p", new Handler((id, _, _) =>
        {
            worked.Enqueue(id);
            return Task.FromResult<object?>(null);
        }));
        var failed = await Client.SendAsync(Tag("p"), "fail");
        var killed = await Client.SendAsync(Tag("p"), "kill me");
        await Eventually.TrueAsync(() => Log.Of(killed).Length == 1, "the second request starts");
        await Client.KillAsync(Tag("p"), killed);
        Assert.Equal([$"{Name("p")} request_start null", $"{Name("p")} request_fail bad", $"{Name("q")} request_fail Primary service {Name("p")} failure. "],
            await Log.LinesAsync(failed, 3));
        Assert.EndsWith("failure. ", (await Log.LinesAsync(killed, 3))[2], StringComparison.Ordinal);
        Assert.Empty(worked);
    }

    [Fact]
    public async Task Post_processing_ignores_other_services_and_can_be_killed()
    {
        await Primary("p", Handler.Echo);
        await Primary("other", Handler.Echo);
        await Post("q", "p", new Handler(async (_, _, kill) =>
        {
            await Task.Delay(Timeout.Infinite, kill);
            return null;
        }));
        var ignored = await Client.SendAsync(Tag("other"), 1);
        await Log.LinesAsync(ignored, 2);
        var id = await Client.SendAsync(Tag("p"), 1);
        await Log.LinesAsync(id, 3);
        await Client.KillAsync(Tag("q"), id);
        Assert.Equal($"{Name("q")} request_fail User requested interruption.", (await Log.LinesAsync(id, 4))[3]);
        Assert.Equal(2, Log.Of(ignored).Length);
    }
}
