namespace Hutch.Cli;

/// <summary>Reports an error that the user can mend.</summary>
internal static class UserErrors
{
    /// <summary>Prints the error without a stack trace.</summary>
    /// <returns>The exit code: 2 for wrong usage, 1 otherwise.</returns>
    public static int Report(string command, UserErrorException error)
    {
        Console.Error.WriteLine($"{command}: {error.Message}");
        return error is UsageErrorException ? 2 : 1;
    }
}
