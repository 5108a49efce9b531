using FsCheck.Fluent;
using Hutch.Installation.Windows;

namespace Hutch.Installation.Tests.Windows;

public class CommandLineTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("two words", "\"two words\"")]
    [InlineData("", "\"\"")]
    [InlineData(@"C:\folder\", @"C:\folder\")]
    [InlineData(@"C:\my folder\", @"""C:\my folder\\""")]
    [InlineData("say \"hi\"", @"""say \""hi\""""")]
    public void A_word_is_quoted_as_Windows_reads_it(string word, string line) => Assert.Equal(line, CommandLine.Of(word));

    [Fact]
    public void Any_words_are_read_back_as_they_were() => FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(
        Gen.ListOf(Gen.Elements('a', ' ', '\\', '"', '\t')).Select(c => new string([.. c])).ArrayOf().ToArbitrary(),
        words => Split(CommandLine.Of(words)).SequenceEqual(words)));

    // The rules of CommandLineToArgvW, from its documentation.
    private static List<string> Split(string line)
    {
        var words = new List<string>();
        for (var i = 0; i < line.Length;)
        {
            while (i < line.Length && line[i] is ' ' or '\t')
                i++;
            if (i == line.Length)
                break;
            var (word, quoted) = (new System.Text.StringBuilder(), false);
            while (i < line.Length && (quoted || line[i] is not (' ' or '\t')))
            {
                var slashes = 0;
                for (; i < line.Length && line[i] == '\\'; i++)
                    slashes++;
                if (i == line.Length || line[i] != '"')
                {
                    word.Append('\\', slashes);
                    if (i < line.Length && slashes == 0)
                        word.Append(line[i++]);
                    continue;
                }
                word.Append('\\', slashes / 2);
                if (slashes % 2 == 1)
                    word.Append('"');
                else
                    quoted = !quoted;
                i++;
            }
            words.Add(word.ToString());
        }
        return words;
    }
}
