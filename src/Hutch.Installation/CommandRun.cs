using System.Diagnostics;

namespace Hutch.Installation;

/// <summary>Runs a command of the system, and waits for its end.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Errors)
{
    /// <summary>What it said, on one line.</summary>
    public string Said => (Errors.Trim().Length > 0 ? Errors : Output).Trim().ReplaceLineEndings("; ");

    /// <exception cref="UserErrorException">There is no such command.</exception>
    public static CommandRun Of(string file, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        start.Environment["SYSTEMD_PAGER"] = "";
        start.Environment["SYSTEMD_COLORS"] = "0";
        // A login by su or cron has no address of its own manager; it is always here.
        if (!OperatingSystem.IsWindows() && Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is null && Accounts.UserId is { } id)
            start.Environment["XDG_RUNTIME_DIR"] = $"/run/user/{id}";
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new CommandRun(process.ExitCode, output, errors.GetAwaiter().GetResult());
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new UserErrorException($"cannot run {file}: {error.Message}", error);
        }
    }
}
