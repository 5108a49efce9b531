using System.Diagnostics;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.Store;

/// <summary>Runs an independent Python program from tests/peers to its end.</summary>
public static class Peer
{
    public static string Run(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", [Repository.Peer(script), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)), $"{script} did not end");
        Assert.True(process.ExitCode == 0, $"{script} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{output}{errors.Result}");
        return output;
    }
}
