using Hutch.Store;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Store;

[Collection(RedisCollection.Name)]
public class RedisContinuationTests(RedisServer redis)
{
    /// <summary>What a service does at its end: the loop has awaited the store, and what comes then blocks for it.</summary>
    [Fact]
    public async Task Who_awaited_an_answer_may_block_for_the_next()
    {
        await using var store = Stores.Open(redis.Url);
        await Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                await store.SetTextAsync("continuation", "x").ConfigureAwait(false);
                Assert.Equal("x", store.GetTextAsync("continuation").GetAwaiter().GetResult());
            }
        });
    }
}
