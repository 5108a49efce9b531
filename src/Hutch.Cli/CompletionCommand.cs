using System.CommandLine;

namespace Hutch.Cli;

/// <summary><c>hutch completion SHELL</c>: the file that makes a shell complete hutch's commands and options.</summary>
internal static class CompletionCommand
{
    // The shells ask hutch itself: what can follow depends on what stands there already.
    private const string Bash = """
        # bash completion of hutch; to be put into /usr/share/bash-completion/completions/hutch
        _hutch() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" complete "$COMP_POINT" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _hutch hutch
        """;

    private const string Zsh = """
        #compdef hutch
        # zsh completion of hutch; to be put into a folder of $fpath as _hutch
        local -a found
        found=("${(@f)$(${words[1]} complete $CURSOR "$BUFFER" 2>/dev/null)}")
        compadd -a found || _files
        """;

    private const string Fish = """
        # fish completion of hutch; to be put into ~/.config/fish/completions/hutch.fish
        complete -c hutch -a '(hutch complete (commandline -C) (commandline -p) 2>/dev/null)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print the completion script of a shell for hutch's commands. Example: source <(hutch completion bash)") { shell };
        command.SetAction(given => Console.WriteLine(given.GetValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish }));
        return command;
    }

    /// <summary><c>hutch complete POSITION LINE</c>: what may stand at a place of a command line; called by the shells.</summary>
    public static Command CreateAnswer()
    {
        var position = new Argument<int>("POSITION");
        var line = new Argument<string>("LINE");
        var command = new Command("complete", "Print the completions for a position in a command line; called by shells.") { position, line };
        command.Hidden = true;
        command.SetAction(given =>
        {
            var (text, at) = (given.GetValue(line)!, given.GetValue(position));
            var typed = text[..Math.Clamp(at, 0, text.Length)];
            // The word that calls it may be a path.
            var words = typed.Contains(' ', StringComparison.Ordinal) ? "hutch" + typed[typed.IndexOf(' ', StringComparison.Ordinal)..] : typed;
            var root = HutchCommand.Create(InstallLine.Of(["install", "--help"]));
            foreach (var found in root.Parse(words).GetCompletions(words.Length).Where(c => c.Label is not ("/?" or "/h" or "-?")))
                Console.WriteLine(found.Label);
        });
        return command;
    }
}
