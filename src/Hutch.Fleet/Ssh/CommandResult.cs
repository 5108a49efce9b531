namespace Hutch.Fleet.Ssh;

/// <summary>How a command on a host ended.</summary>
/// <param name="ExitCode">Its exit code; 143 when a signal ended it.</param>
/// <param name="Output">What it printed on its standard output.</param>
/// <param name="Errors">What it printed on its standard error.</param>
internal sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The last line that says something, of the errors if there are any.</summary>
    public string LastLine => Last(Errors) ?? Last(Output) ?? "";

    private static string? Last(string text) => text.Split('\n').LastOrDefault(line => !string.IsNullOrWhiteSpace(line))?.Trim();
}
