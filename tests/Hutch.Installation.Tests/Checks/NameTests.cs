using Hutch.Installation.Checks;

namespace Hutch.Installation.Tests.Checks;

public class NameTests
{
    [Theory]
    [InlineData("writer")]
    [InlineData("beamline-7.writer_2")]
    public void A_tame_name_is_taken(string name) => UnitName.Check(name);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("../../etc/passwd")]
    [InlineData("writer@1")]
    [InlineData("-rf")]
    [InlineData("name\n")]
    [InlineData("ünit")]
    public void An_odd_name_is_refused(string name) => Assert.Throws<UsageErrorException>(() => UnitName.Check(name));

    [Fact]
    public void A_name_that_is_too_long_is_refused() => Assert.Throws<UsageErrorException>(() => UnitName.Check(new string('a', 201)));

    [Theory]
    [InlineData("DB_PASSWORD", true)]
    [InlineData("--api-key", true)]
    [InlineData("GITHUB_TOKEN", true)]
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
