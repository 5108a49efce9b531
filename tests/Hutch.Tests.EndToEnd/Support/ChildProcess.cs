using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Hutch.Tests.EndToEnd.Support;

/// <summary>A program that runs beside the test, with all that it prints. It does not outlive the test.</summary>
internal sealed partial class ChildProcess : IDisposable
{
    public const int SigHup = 1;
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const int SigCont = 18;
    public const int SigStop = 19;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private ChildProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    /// <summary>What it printed, and what it logged.</summary>
    public string Everything => Output + Errors;

    /// <summary>Starts the hutch command as it was built.</summary>
    public static ChildProcess Hutch(params IEnumerable<string> arguments) => Start(Repository.Launcher, arguments);

    /// <summary>Starts a peer of tests/peers.</summary>
    public static ChildProcess Peer(string name, params IEnumerable<string> arguments) => Start("/usr/bin/python3", [Repository.Peer(name), .. arguments]);

    /// <summary>Starts any program.</summary>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, params IEnumerable<(string Name, string? Value)> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HUTCH_NO_BUILD"] = "1";
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ChildProcess(start);
    }

    /// <summary>Sends a signal, see signal(7).</summary>
    public void Signal(int signal) => Assert.Equal(0, Kill(Pid, signal));

    /// <summary>Writes a line to the program's standard input.</summary>
    public void WriteLine(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>Ends the program's standard input.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Waits until what is printed or logged has a match.</summary>
    public Match WaitForOutput(string pattern)
    {
        var match = Match.Empty;
        Wait.Until(() => (match = Regex.Match(Everything, pattern)).Success || HasExited, () => $"no \"{pattern}\" in the output:\n{this}");
        if (!match.Success)
            _process.WaitForExit();   // the last lines may still be under way
        match = match.Success ? match : Regex.Match(Everything, pattern);
        Assert.True(match.Success, $"ended without \"{pattern}\" in the output:\n{this}");
        return match;
    }

    /// <summary>Waits until the program has ended and all that it printed is here.</summary>
    /// <returns>The exit code; 128 and the signal's number for a program that a signal ended.</returns>
    public int WaitForExit(TimeSpan? patience = null)
    {
        if (!_process.WaitForExit(patience ?? Wait.Deadline))
        {
            var text = ToString();
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"still running after {(patience ?? Wait.Deadline).TotalSeconds} s:\n{text}");
        }
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Waits for the end, which must be a good one.</summary>
    public ChildProcess Succeed(TimeSpan? patience = null)
    {
        Assert.True(WaitForExit(patience) == 0, ToString());
        return this;
    }

    public override string ToString() =>
        $"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)}\nexit code: {(HasExited ? _process.ExitCode : "none yet")}\noutput:\n{Output}\nerrors:\n{Errors}";

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is null)
            return;
        lock (text)
            text.AppendLine(line);
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
