using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Requests;

/// <summary>A Python program from tests/peers that speaks JSON lines; ends with its standard input.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<JsonNode> _lines = new();
    private string _errors = "";

    private PeerProcess(string script, string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [Repository.Peer(script), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
                _lines.Enqueue(JsonNode.Parse(text)!);
        };
        _process.ErrorDataReceived += (_, line) => _errors += line.Data + "\n";
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public static async Task<PeerProcess> StartAsync(string script, params string[] arguments)
    {
        var peer = new PeerProcess(script, arguments);
        await peer.NextAsync("ready");
        return peer;
    }

    public void Tell(object command) => _process.StandardInput.WriteLine(JsonSerializer.Serialize(command));

    /// <summary>The lines with a member of that name, at least so many.</summary>
    public async Task<JsonNode[]> AllAsync(string member, int count, Func<JsonNode, bool>? which = null)
    {
        JsonNode[] found = [];
        await Eventually.TrueAsync(
            () =>
            {
                found = [.. _lines.Where(l => l[member] is not null).Select(l => l[member]!).Where(which ?? (_ => true))];
                return Task.FromResult(found.Length >= count || _process.HasExited);
            },
            TimeSpan.FromSeconds(60),
            () => $"{count} '{member}' lines; there were {string.Join('\n', _lines.Select(l => l.ToJsonString()))}\n{_errors}");
        Assert.True(found.Length >= count, $"the peer has ended: {_errors}");
        return found;
    }

    public async Task<JsonNode> NextAsync(string member, Func<JsonNode, bool>? which = null) => (await AllAsync(member, 1, which))[0];

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            _process.Kill();
            _process.Dispose();
        }
    }
}
