using System.Diagnostics;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Store;

/// <summary>Gives a running redis-server a password.</summary>
public static class RedisPassword
{
    public static void Set(RedisServer server, string password)
    {
        using var cli = Process.Start(new ProcessStartInfo("redis-cli", ["-p", $"{server.Port}", "CONFIG", "SET", "requirepass", password]) { RedirectStandardOutput = true })!;
        Assert.Equal("OK", cli.StandardOutput.ReadToEnd().Trim());
        cli.WaitForExit();
    }
}
