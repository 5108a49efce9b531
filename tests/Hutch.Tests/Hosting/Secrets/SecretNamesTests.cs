using Hutch.Hosting.Secrets;

namespace Hutch.Tests.Hosting.Secrets;

public class SecretNamesTests
{
    [Theory]
    [InlineData("DB_PASSWORD", true)]
    [InlineData("--api-key", true)]
    [InlineData("GITHUB_TOKEN", true)]
    [InlineData("DB_PWD", true)]
    [InlineData("PWD", false)]
    [InlineData("KEYBOARD", false)]
    [InlineData("--output", false)]
    public void A_secret_is_known_by_its_name(string name, bool secret) => Assert.Equal(secret, SecretNames.LooksSecret(name));

    [Theory]
    [InlineData("amqp://me:pass@broker", true)]
    [InlineData("redis://:pass@host/0", true)]
    [InlineData("amqp://guest:guest@127.0.0.1", false)]
    [InlineData("amqp://me:$PASS@broker", false)]
    [InlineData("http://host:80/a@b", false)]
    public void A_password_in_an_address_is_seen(string value, bool secret) => Assert.Equal(secret, SecretNames.HasPassword(value));
}
