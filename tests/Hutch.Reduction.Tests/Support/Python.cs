using System.Diagnostics;

namespace Hutch.Reduction.Tests.Support;

/// <summary>An independent reader and writer of files.</summary>
internal static class Python
{
    public static string Run(string program, params string[] arguments)
    {
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = python.StandardError.ReadToEndAsync();
        var output = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, errors.Result);
        return output.Trim();
    }
}
