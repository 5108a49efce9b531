using System.CommandLine;

namespace Hutch.Cli;

/// <summary>
/// The command line of <c>hutch install</c>, taken apart before it is parsed: what is to be installed decides which options there are.
/// </summary>
/// <param name="Target">The first word that is no option: a program, Class=FILE, FILE:Type.Method or a beamline file; null for an executable.</param>
/// <param name="Arguments">The arguments for it, without the options of install.</param>
/// <param name="Executable">What follows <c>--</c>.</param>
/// <param name="All">All arguments of install.</param>
internal sealed record InstallLine(string? Target, IReadOnlyList<string> Arguments, IReadOnlyList<string>? Executable, IReadOnlyList<string> All)
{
    private readonly List<string> _own = [];

    /// <summary>What it is, once it is known: the name of its subcommand.</summary>
    public string? Subcommand { get; set; }

    /// <summary>The command line in the order that the parser expects: what is installed first.</summary>
    public string[] Arranged => Subcommand is { } name ? ["install", name, .. _own, .. Arguments]
        : Target is null ? ["install", .. _own, .. Arguments]
        : ["install", .. _own]; // there is no such thing, which is what will be said

    /// <returns>Null if it is the command line of something else.</returns>
    public static InstallLine? Of(IReadOnlyList<string> arguments)
    {
        if (arguments is not ["install", ..])
            return null;
        var known = new InstallArguments().All.SelectMany(o => o.Aliases.Append(o.Name).Select(n => (n, o))).ToDictionary(p => p.n, p => p.o);
        var (own, rest) = (new List<string>(), new List<string>());
        string? target = null;
        IReadOnlyList<string>? executable = null;
        for (var i = 1; i < arguments.Count; i++)
        {
            var word = arguments[i];
            if (word == "--")
            {
                executable = [.. arguments.Skip(i + 1)];
                break;
            }
            var name = word.Split('=', 2)[0];
            if (known.TryGetValue(name, out var option))
            {
                own.Add(word);
                if (option.ValueType != typeof(bool) && name == word && i + 1 < arguments.Count)
                    own.Add(arguments[++i]);
            }
            else if (target is null && !word.StartsWith('-'))
            {
                target = word;
            }
            else
            {
                rest.Add(word);
            }
        }
        var line = new InstallLine(target, rest, executable, [.. arguments.Skip(1)]);
        line._own.AddRange(own);
        return line;
    }
}
