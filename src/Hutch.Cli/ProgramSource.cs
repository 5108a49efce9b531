using System.CommandLine;
using System.Diagnostics;
using Hutch.Beamline;
using Hutch.Hosting.Secrets;
using Hutch.Services;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Cli;

/// <summary>The programs of <c>hutch run</c>, for beamline files.</summary>
internal sealed class ProgramSource : IProgramSource
{
    private readonly Lazy<Command> _run = new(() => RunCommand.Create(Programs.All));

    public IReadOnlyList<string> Names { get; } = [.. Programs.All.Select(p => p.Name)];

    public bool TakesPath(string program, string option) =>
        _run.Value.Subcommands.FirstOrDefault(c => c.Name == program)?.Options.FirstOrDefault(o => o.Name == option || o.Aliases.Contains(option)) is { HelpName: { } value }
        && SecretNames.NamesPath(value);

    public IReadOnlyList<string> CommandLine(string program, IReadOnlyList<string> arguments) => [Environment.ProcessPath!, "run", program, .. arguments];

    public IReadOnlyList<string> Check(string program, IReadOnlyList<string> arguments, string? folder)
    {
        var parsed = Parse(program, arguments);
        List<string> wrong = [.. parsed.Errors.Select(e => e.Message)];
        // An unknown option leaves its value behind, which is no second mistake.
        var unknown = parsed.UnmatchedTokens.Where(t => t.StartsWith('-')).ToList();
        if (unknown.Count > 0 && wrong.Count == parsed.UnmatchedTokens.Count)
            wrong = [.. unknown.Select(o => $"{program} has no option {o}")];
        else if (wrong.Count > 0)
            return wrong;
        if (folder is null)
            return wrong;
        var before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = folder;
            Programs.All.Single(p => p.Name == program).Check(parsed, NullLoggerFactory.Instance);
            return wrong;
        }
        catch (Exception error) when (error is UserErrorException or IOException or UnauthorizedAccessException)
        {
            return [.. wrong, error.Message];
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    public async Task CheckApartAsync(string path)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["up", path, "--check"]) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        using var check = Process.Start(start)!;
        check.StandardInput.Close();
        var (output, errors) = (check.StandardOutput.ReadToEndAsync(), check.StandardError.ReadToEndAsync());
        await check.WaitForExitAsync().ConfigureAwait(false);
        await output.ConfigureAwait(false);
        if (check.ExitCode != 0)
            throw new UserErrorException((await errors.ConfigureAwait(false)).Trim().Replace("hutch up: ", "", StringComparison.Ordinal));
    }

    public IReadOnlyList<Service> Create(string program, IReadOnlyList<string> arguments, ILoggerFactory loggers) =>
        Programs.All.Single(p => p.Name == program).CreateServices(Parse(program, arguments), loggers);

    private ParseResult Parse(string program, IReadOnlyList<string> arguments) => _run.Value.Parse([program, .. arguments]);
}
