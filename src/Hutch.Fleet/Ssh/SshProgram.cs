using System.Diagnostics;
using System.Globalization;
using System.Text;
using Hutch.Beamline;

namespace Hutch.Fleet.Ssh;

/// <summary>
/// Runs commands on a host by the ssh program of this machine: with its configuration files, agent, Kerberos tickets and known hosts, as the user
/// would. It never asks.
/// </summary>
internal sealed class SshProgram(string host, SshEntry? entry, string folder) : IHostShell
{
    /// <summary>With this exit code ssh says that it has failed itself.</summary>
    public const int OwnFailure = 255;

    /// <summary>Starts a command of a POSIX shell there, with pipes for its input and outputs.</summary>
    public Process Start(string command)
    {
        // In a session of its own: Ctrl-C is for us, and what is to be ended there, we end through it.
        var start = new ProcessStartInfo("setsid", ["ssh", .. Options(), "--", host, $"exec sh -c {HostShell.Quoted(command)}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        return Process.Start(start)!;
    }

    /// <inheritdoc/>
    public async Task<CommandResult> RunAsync(string command, CancellationToken cancel, Func<Stream, Task>? input = null, Action<string>? output = null)
    {
        using var process = Start(command);
        await using var killed = cancel.Register(() => process.Kill());
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var text = ReadAsync(process.StandardOutput, output);
        try
        {
            if (input is not null)
                await input(process.StandardInput.BaseStream).ConfigureAwait(false);
            process.StandardInput.BaseStream.Close();
        }
        catch (IOException)
        {
            // It has ended without reading all; its exit code and last line say why.
        }
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
        var result = new CommandResult(process.ExitCode, await text.ConfigureAwait(false), await errors.ConfigureAwait(false));
        return result.ExitCode == OwnFailure ? throw Unreachable(result.LastLine, null) : result;
    }

    /// <summary>The error of ssh itself.</summary>
    public HostUnreachableException Unreachable(string reason, Exception? inner) => new($"cannot log in to {host}: {reason}; try: ssh {string.Join(' ', Options().Append(host))} true", inner, mayPass: true);

    private static async Task<string> ReadAsync(StreamReader reader, Action<string>? output)
    {
        var (text, piece) = (new StringBuilder(), new char[4096]);
        while (await reader.ReadAsync(piece).ConfigureAwait(false) is > 0 and var length)
        {
            text.Append(piece, 0, length);
            output?.Invoke(new string(piece, 0, length));
        }
        return text.ToString();
    }

    // Of options that are given twice, ssh takes the first.
    private List<string> Options()
    {
        List<string> options = [.. (entry?.Options ?? []).Select(o => $"{o.Key}={o.Value}")];
        if (entry?.HostKeys is { } keys)
            options.Add($"StrictHostKeyChecking={(keys == SshHostKeys.Strict ? "yes" : "accept-new")}");
        options.AddRange(["BatchMode=yes", "ConnectTimeout=5", "ServerAliveInterval=2", "ServerAliveCountMax=3"]);
        List<string> line = ["-T", .. options.SelectMany(o => new[] { "-o", o })];
        if (entry?.User is { } user)
            line.AddRange(["-l", user]);
        if (entry?.Port is { } port)
            line.AddRange(["-p", port.ToString(CultureInfo.InvariantCulture)]);
        if (entry?.IdentityFile is { } identity)
            line.AddRange(["-i", identity.StartsWith('~') ? identity : Path.GetFullPath(identity, folder)]);
        if (entry?.Jump is { } jump)
            line.AddRange(["-J", jump]);
        return line;
    }
}
