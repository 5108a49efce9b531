using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Console;

/// <summary>The tokens of an operator and of a reader.</summary>
internal static class Tokens
{
    public const string Operating = "operator-token-0123456789";
    public const string Reading = "reader-token-0123456789";

    /// <summary>Writes them into a file as the server takes it.</summary>
    public static void WriteTo(string file)
    {
        File.WriteAllText(file, $"operator ann {Operating}\nreader bob {Reading}\n");
        using var chmod = ChildProcess.Start("chmod", ["600", file]);
        chmod.Succeed();
    }

    /// <summary>Enters a token into the form that asks for it.</summary>
    public static async Task EnterAsync(Visit visit, string token)
    {
        await visit.SeeAsync("input[name=token]:focus");   // nobody has to look for it
        await visit.Page.Keyboard.TypeAsync(token);
        await visit.Page.Keyboard.PressAsync("Enter");
    }
}
