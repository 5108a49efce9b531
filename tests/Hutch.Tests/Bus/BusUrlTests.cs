using Hutch.Bus.Transports;

namespace Hutch.Tests.Bus;

public class BusUrlTests
{
    [Theory]
    [InlineData("amqp://guest:guest@127.0.0.1:5672//", "127.0.0.1", 5672, "/", "guest", "guest")]
    [InlineData("amqp://host", "host", 5672, "/", null, null)]
    [InlineData("amqps://u:p%40ss@host/my%2Fhost", "host", 5671, "my/host", "u", "p@ss")]
    [InlineData("redis://:secret@host:6380/3", "host", 6380, "3", null, "secret")]
    [InlineData("redis://host", "host", 6379, "0", null, null)]
    [InlineData("amqp://[::1]:99/x", "::1", 99, "x", null, null)]
    public void A_URL_is_taken_apart(string url, string host, int port, string path, string? user, string? password)
    {
        var parsed = BusUrl.Parse(url);
        Assert.Equal((host, port, path, user, password), (parsed.Host, parsed.Port, parsed.Path, parsed.User, parsed.Password));
        if (password is not null)
            Assert.DoesNotContain(password, $"{parsed} {parsed.Address}".Replace("guest@", ""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://host")]
    [InlineData("host:5672")]
    [InlineData("amqp://host:port")]
    [InlineData("redis://u:topsecret@host/zero")]
    public void What_is_no_bus_is_refused_without_telling_the_password(string url)
    {
        var error = Assert.Throws<UserErrorException>(() => BusUrl.Parse(url));
        Assert.DoesNotContain("topsecret", error.Message);
    }
}
