using System.Text;

namespace Hutch.Cli;

/// <summary>Asks for the values of environment variables at a terminal.</summary>
internal static class VariablePrompt
{
    /// <summary>Null when nobody sits there.</summary>
    public static Func<string, bool, string>? Ask => Console.IsInputRedirected || Console.IsErrorRedirected ? null : Read;

    private static string Read(string name, bool hidden)
    {
        Console.Error.Write($"{name}{(hidden ? " (not shown)" : "")}: ");
        if (!hidden)
            return Console.ReadLine() ?? "";
        var value = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
                value.Length = Math.Max(0, value.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                value.Append(key.KeyChar);
        }
        Console.Error.WriteLine();
        return value.ToString();
    }
}
