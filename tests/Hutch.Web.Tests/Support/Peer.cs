using System.Diagnostics;
using System.Text;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Web.Tests.Support;

/// <summary>A program of somebody else's making, with all that it prints.</summary>
public sealed class Peer : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private Peer(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => Text(_output);

    /// <summary>A program of tests/peers.</summary>
    public static Peer Python(string name, params IEnumerable<string> arguments) => new("/usr/bin/python3", [Repository.Peer(name), .. arguments]);

    public static Peer Start(string program, params IEnumerable<string> arguments) => new(program, arguments);

    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Waits for the end, which must be a good one.</summary>
    public string Succeed()
    {
        Assert.True(_process.WaitForExit(TimeSpan.FromSeconds(150)), $"still running:\n{Output}{Text(_errors)}");
        _process.WaitForExit();
        Assert.True(_process.ExitCode == 0, $"exit code {_process.ExitCode}:\n{Output}{Text(_errors)}");
        return Output;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
            text.Append(line).Append(line is null ? "" : "\n");
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }
}
