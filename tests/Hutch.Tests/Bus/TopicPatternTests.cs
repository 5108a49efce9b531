using FsCheck;
using FsCheck.Fluent;
using Hutch.Bus.Transports;

namespace Hutch.Tests.Bus;

public class TopicPatternTests
{
    [Theory]
    [InlineData("simple.*", "simple.add", true)]
    [InlineData("simple.*", "simple.add.x", false)]
    [InlineData("simple.*", "simple", false)]
    [InlineData("a.#", "a", true)]
    [InlineData("a.#", "a.b.c", true)]
    [InlineData("#.z", "z", true)]
    [InlineData("#.z", "a.b.z", true)]
    [InlineData("#.z", "a.b.y", false)]
    [InlineData("a.*.c", "a.b.d.c", false)]
    [InlineData("#.b.#", "a.b.c", true)]
    [InlineData("#", "", true)]
    [InlineData("", "", true)]
    [InlineData("*", "", false)]
    public void Words_match_as_in_AMQP(string pattern, string key, bool matches) => Assert.Equal(matches, TopicPattern.Matches(pattern, key));

    [Fact]
    public void A_pattern_matches_what_a_plain_recursive_definition_says()
    {
        var words = Gen.Elements("a", "b", "*", "#").ListOf().Resize(7).Select(w => w.ToArray());
        var keys = Gen.Elements("a", "b", "c").ListOf().Resize(7).Select(w => w.ToArray());
        var property = Prop.ForAll(
            Arb.From(words),
            Arb.From(keys),
            (pattern, key) => TopicPattern.Matches(string.Join('.', pattern), string.Join('.', key)) == Defined(pattern, key));
        property.QuickCheckThrowOnFailure();
    }

    private static bool Defined(ReadOnlySpan<string> pattern, ReadOnlySpan<string> key)
    {
        if (pattern.IsEmpty)
            return key.IsEmpty;
        if (pattern[0] == "#")
            return Defined(pattern[1..], key) || (!key.IsEmpty && Defined(pattern, key[1..]));
        return !key.IsEmpty && (pattern[0] == "*" || pattern[0] == key[0]) && Defined(pattern[1..], key[1..]);
    }
}
