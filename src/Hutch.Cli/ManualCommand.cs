using System.CommandLine;
using System.Text;

namespace Hutch.Cli;

/// <summary><c>hutch manual FOLDER</c>: writes the manual pages, which say what the help says.</summary>
internal static class ManualCommand
{
    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("FOLDER") { Description = "The folder to write the pages to." };
        var command = new Command("manual", "Write the manual pages (man) of all commands. Example: hutch manual /usr/local/share/man/man1") { folder };
        command.SetAction(given =>
        {
            var path = given.GetValue(folder)!.FullName;
            Directory.CreateDirectory(path);
            Write(path, HutchCommand.Create(InstallLine.Of(["install", "--help"])), "hutch");
        });
        return command;
    }

    private static void Write(string folder, Command command, string name)
    {
        File.WriteAllText(Path.Combine(folder, name.Replace(' ', '-') + ".1"), Page(command, name));
        foreach (var sub in command.Subcommands.Where(s => !s.Hidden))
            Write(folder, sub, $"{name} {sub.Name}");
    }

    private static string Page(Command command, string name)
    {
        var (text, example) = command.Description?.Split("Example: ", 2) is [var first, var second] ? (first.Trim(), second) : (command.Description ?? "", null);
        var page = new StringBuilder();
        page.AppendLine($".TH \"{name.Replace(' ', '-').ToUpperInvariant()}\" 1 \"\" \"Hutch\"");
        page.AppendLine(".SH NAME").AppendLine($"{Plain(name.Replace(' ', '-'))} \\- {Plain(text.Split(". ")[0].TrimEnd('.'))}");
        var arguments = string.Concat(command.Arguments.Select(a => $" \\fI{Plain(a.Name)}\\fR"));
        page.AppendLine(".SH SYNOPSIS").AppendLine($"\\fB{Plain(name)}\\fR{(command.Subcommands.Any(s => !s.Hidden) ? " \\fICOMMAND\\fR" : "")}{arguments}{(command.Options.Count > 0 ? " [\\fIOPTIONS\\fR]" : "")}");
        page.AppendLine(".SH DESCRIPTION").AppendLine(Plain(text));
        Section(page, "COMMANDS", command.Subcommands.Where(s => !s.Hidden).Select(s => ($"\\fB{Plain(s.Name)}\\fR", s.Description)));
        Section(page, "ARGUMENTS", command.Arguments.Select(a => ($"\\fI{Plain(a.Name)}\\fR", a.Description)));
        Section(page, "OPTIONS", command.Options.Where(o => !o.Hidden).Select(o => (Names(o), o.Description)));
        if (example is not null)
            page.AppendLine(".SH EXAMPLE").AppendLine(".nf").AppendLine(Plain(example)).AppendLine(".fi");
        return page.ToString();
    }

    private static void Section(StringBuilder page, string title, IEnumerable<(string Term, string? Text)> entries)
    {
        var all = entries.ToList();
        if (all.Count == 0)
            return;
        page.AppendLine($".SH {title}");
        foreach (var (term, text) in all)
            page.AppendLine(".TP").AppendLine(term).AppendLine(Plain(text ?? ""));
    }

    private static string Names(Option option) =>
        string.Join(", ", option.Aliases.Where(a => a[0] == '-').Prepend(option.Name).Distinct().Select(n => $"\\fB{Plain(n)}\\fR")) + (option.HelpName is null ? "" : $" \\fI{Plain(option.HelpName)}\\fR");

    // roff takes a backslash, a hyphen, and a dot or quote at the beginning of a line for its own.
    private static string Plain(string text)
    {
        var plain = text.ReplaceLineEndings(" ").Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
        return plain.Length > 0 && plain[0] is ('.' or '\'') ? "\\&" + plain : plain;
    }
}
