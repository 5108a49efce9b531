using FsCheck;
using FsCheck.Fluent;
using Hutch.Store;

namespace Hutch.Tests.Store;

public class StreamIdTests
{
    private static readonly Arbitrary<StreamId> Ids = ArbMap.Default.GeneratorFor<(NonNegativeInt, NonNegativeInt)>()
        .Select(p => new StreamId((long)p.Item1.Get << (p.Item2.Get % 30), p.Item2.Get)).ToArbitrary();

    [Fact]
    public void Text_and_back_is_the_same() => Prop.ForAll(Ids, id => StreamId.Parse(id.ToString()) == id).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("0-0", "0-1")]
    [InlineData("17-4", "17-5")]
    [InlineData("17-9223372036854775807", "18-0")]
    public void The_next_id_is_the_lowest_above(string id, string next) => Assert.Equal(StreamId.Parse(next), StreamId.Parse(id).Next);

    [Fact]
    public void The_next_id_is_above() => Prop.ForAll(Ids, id => id < id.Next && !(id.Next < id)).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_is_read_or_refused() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => !StreamId.TryParse(text, out var id) || StreamId.Parse(id.ToString()) == id).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("17", "17-0")]
    [InlineData("0-1", "0-1")]
    [InlineData("9223372036854775807-9223372036854775807", "9223372036854775807-9223372036854775807")]
    public void Forms_that_are_read(string text, string expected) => Assert.Equal(expected, StreamId.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1-")]
    [InlineData("+1-0")]
    [InlineData("1--1")]
    [InlineData("1-1-1")]
    [InlineData(" 1-1")]
    [InlineData("18446744073709551615-0")]
    public void Forms_that_are_refused(string text) => Assert.Throws<FormatException>(() => StreamId.Parse(text));
}
