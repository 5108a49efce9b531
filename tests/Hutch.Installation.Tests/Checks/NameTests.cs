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
}
