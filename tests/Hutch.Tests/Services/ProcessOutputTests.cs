using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hutch.Services.Processes;

namespace Hutch.Tests.Services;

/// <summary>The bytes that a process writes, on their way to become log records.</summary>
public class ProcessOutputTests
{
    private const int Longest = 16 * 1024;

    [Fact]
    public void Lines_are_the_same_in_whatever_pieces_they_come() => Prop.ForAll(
        (from text in Gen.Elements("", "a", "ü", "\n", "\r\n", "\r", "two words", new string('x', Longest - 1), new string('y', Longest), new string('z', (2 * Longest) + 5)).ListOf()
         from sizes in Gen.Choose(1, 3 * Longest).NonEmptyListOf()
         from small in Gen.Elements(true, false)
         select (Encoding.UTF8.GetBytes(string.Concat(text)), sizes.Select(s => small ? (s % 7) + 1 : s).ToList())).ToArbitrary(),
        given => Assert.Equal(Reference(given.Item1), Split(given.Item1, given.Item2))).QuickCheckThrowOnFailure();

    [Fact]
    public void A_gate_counts_what_it_holds_back_until_it_lets_something_pass()
    {
        var gate = new FloodGate(2);
        var (passed, held) = (0, 0L);
        while (gate.Passes(out held))
        {
            Assert.Equal(0, held);
            passed++;
        }
        Assert.True(passed >= 2, $"{passed} passed");
        var stopped = 1L;
        Until.True(() => gate.Passes(out held) || ++stopped < 0, "the next second");
        Assert.Equal((stopped, stopped, 0), (held, gate.TotalHeld, gate.TakeHeld()));
        while (gate.Passes(out _))
        {
        }
        Assert.Equal((1, 0, stopped + 1), (gate.TakeHeld(), gate.TakeHeld(), gate.TotalHeld));
    }

    [Fact]
    public void Only_the_last_lines_are_kept()
    {
        var lines = new LastLines(3);
        Assert.Empty(lines.Get());
        for (var i = 1; i <= 5; i++)
            lines.Add($"{i}");
        Assert.Equal(["3", "4", "5"], lines.Get());
    }

    private static List<string> Split(byte[] bytes, IReadOnlyList<int> sizes)
    {
        var lines = new List<string>();
        var splitter = new LineSplitter(lines.Add);
        for (var (at, i) = (0, 0); at < bytes.Length; i++)
        {
            var size = Math.Min(sizes[i % sizes.Count], bytes.Length - at);
            splitter.Write(bytes.AsSpan(at, size));
            at += size;
        }
        splitter.Write([]);
        return lines;
    }

    // One byte after the other.
    private static List<string> Reference(byte[] bytes)
    {
        var (lines, open) = (new List<string>(), new List<byte>());
        void End()
        {
            lines.Add(Encoding.UTF8.GetString([.. open]).TrimEnd('\r'));
            open.Clear();
        }
        foreach (var next in bytes)
        {
            if (next == '\n')
            {
                End();
                continue;
            }
            if (open.Count == Longest)
                End();
            open.Add(next);
        }
        if (open.Count > 0)
            End();
        return lines;
    }
}
