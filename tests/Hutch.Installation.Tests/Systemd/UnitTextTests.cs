using Hutch.Installation.Systemd;

namespace Hutch.Installation.Tests.Systemd;

public class UnitTextTests
{
    [Theory]
    [InlineData("/a b/c", "\"/a b/c\"")]
    [InlineData("100%", "\"100%%\"")]
    [InlineData("$HOME", "\"$$HOME\"")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    public void A_word_means_itself(string word, string written) => Assert.Equal(written, UnitText.Word(word));

    [Fact]
    public void A_line_break_cannot_begin_a_new_setting() =>
        Assert.Equal("[Unit]\nDescription=a ExecStart=b\n", new UnitText().Section("Unit").Set("Description", UnitText.Plain("a\nExecStart=b")).ToString());
}
