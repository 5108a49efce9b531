namespace Hutch.Examples;

/// <summary>
/// A plain static method as a service: it takes its arguments as an array of texts, and needs nothing of Hutch.
/// <code>
/// hutch install /path/to/ScriptExample.dll:ScriptExample.Main /path/to/output --service-name ScriptExampleServiceTest
/// hutch manage ScriptExampleServiceTest start
/// hutch manage ScriptExampleServiceTest stop_and_remove
/// </code>
/// </summary>
public static class ScriptExample
{
    /// <summary>Writes five lines with the time, one a second, to a file in the folder that is the first argument.</summary>
    public static void Main(string[] args)
    {
        Directory.CreateDirectory(args[0]);
        for (var i = 0; i < 5; i++)
        {
            File.AppendAllText(Path.Combine(args[0], "script_example_service_test.txt"), $"{DateTimeOffset.Now:yyyy-MM-dd HH:mm:ss.fff} a line of ScriptExample\n");
            Thread.Sleep(1000);
        }
    }
}
