using System.Diagnostics;
using System.Runtime.CompilerServices;
using Hutch.Tests.EndToEnd.Support;
using Hutch.Tests.Servers;

namespace Hutch.Tests.EndToEnd.Requests;

/// <summary>One of our programs as a process of its own, with what it printed.</summary>
internal sealed class Program : IDisposable
{
    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];

    private Program(string project, string? input, string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", [Repository.Built(project), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += (_, line) => Note(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Note(_errors, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Write(input);
        _process.StandardInput.Close();
    }

    public string[] Output => Copy(_output);

    public string[] Errors => Copy(_errors);

    public static Program Start(string project, params string[] arguments) => new(project, null, arguments);

    /// <summary>Runs <c>hutch</c> to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> HutchAsync(string? input, params string[] arguments)
    {
        using var program = new Program("Hutch.Cli", input, arguments);
        return (await program.EndAsync(), string.Join('\n', program.Output), string.Join('\n', program.Errors));
    }

    public Task PrintsAsync(Func<string, bool> line, [CallerArgumentExpression(nameof(line))] string what = "") =>
        Eventually.TrueAsync(() => Task.FromResult(Output.Concat(Errors).Any(line)), TimeSpan.FromSeconds(60),
            () => $"{what}; printed:\n{string.Join('\n', Output.Concat(Errors))}");

    public async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public void KillHard() => _process.Kill();

    /// <summary>Asks it to end, as an operating system does.</summary>
    public async Task<int> TerminateAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            await kill.WaitForExitAsync();
        return await EndAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private void Note(List<string> lines, string? line)
    {
        if (line is null)
            return;
        lock (_gate)
            lines.Add(line);
    }

    private string[] Copy(List<string> lines)
    {
        lock (_gate)
            return [.. lines];
    }
}
