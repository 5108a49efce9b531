using System.Diagnostics;
using System.Text.Json;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.Bus;

/// <summary>A program of tests/peers, run with Debian's Python. It ends with the object.</summary>
public sealed class PythonPeer : IDisposable
{
    private readonly Process _process;

    private PythonPeer(Process process) => _process = process;

    public static async Task<PythonPeer> StartAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Repository.Peer(program), .. arguments])
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(line == "ready", line ?? await errors);
        return new PythonPeer(process);
    }

    public void Kill() => _process.Kill();

    /// <summary>Writes a line of JSON and reads one.</summary>
    public async Task<JsonElement> AskAsync(object question)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(question));
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return JsonDocument.Parse(line!).RootElement;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
