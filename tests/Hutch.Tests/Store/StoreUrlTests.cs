using Hutch.Store;

namespace Hutch.Tests.Store;

public class StoreUrlTests
{
    [Theory]
    [InlineData("redis://host", "redis://host:6379/0")]
    [InlineData("redis://:secret@host:7000/4", "redis://host:7000/4")]
    [InlineData("redis://default:secret@host", "redis://host:6379/0")]
    [InlineData("rediss://[::1]:7000", "rediss://[::1]:7000/0")]
    [InlineData("sqlite:///a/b c/d.db", "sqlite:///a/b c/d.db")]
    [InlineData("sqlite:///a/b%20c/d.db", "sqlite:///a/b c/d.db")]
    public async Task A_store_says_where_it_is_without_connecting(string url, string address)
    {
        await using var store = Stores.Open(url);
        Assert.Equal(address, store.Address);
    }

    [Theory]
    [InlineData("mongodb://user:secret@host", "of unknown kind")]
    [InlineData("nonsense", "of unknown kind")]
    [InlineData("redis:///0", "needs a host")]
    [InlineData("redis://host/zero", "'zero'")]
    [InlineData("redis://admin:secret@host", "'admin'")]
    [InlineData("sqlite://host/file", "names a host")]
    [InlineData("sqlite:///", "names no file")]
    public void A_wrong_url_is_refused_without_showing_its_password(string url, string says)
    {
        var error = Assert.Throws<UserErrorException>(() => Stores.Open(url));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }
}
