using Hutch.Cli;
using Spectre.Console;

// Programs print lines only; the others may print tables.
if (Console.IsOutputRedirected && args is not ["run", ..])
    PrintPlainly();
var install = InstallLine.Of(args);
var command = HutchCommand.For(args, install).Parse(install?.Arranged ?? RunArguments.Expand(args));
if (command.Errors.Count == 0)
    return await command.InvokeAsync().ConfigureAwait(false);
foreach (var error in command.Errors)
    Console.Error.WriteLine($"hutch: {error.Message.ReplaceLineEndings(" ")}");
Console.Error.WriteLine($"see: {string.Join(' ', CommandPath(command.CommandResult))} --help");
return 2;

// What is piped or logged gets no colours and no lines broken for a terminal.
static void PrintPlainly()
{
    AnsiConsole.Profile.Capabilities.Ansi = false;
    AnsiConsole.Profile.Width = 200;
}

static IEnumerable<string> CommandPath(System.CommandLine.Parsing.SymbolResult? result) =>
    result is System.CommandLine.Parsing.CommandResult command ? CommandPath(command.Parent).Append(command.Command.Name) : [];
