using Hutch.Tests.Servers;

namespace Hutch.Tests.EndToEnd.Support;

/// <summary>nginx that serves a console under a path of its own, with the settings that docs/console.md shows.</summary>
internal sealed class ReverseProxy : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private ChildProcess? _nginx;

    /// <summary>Where the console will be.</summary>
    public string Url { get; } = $"http://127.0.0.1:{FreePort.Next()}";

    /// <summary>Starts it.</summary>
    public void Serve(string console)
    {
        var guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "console.md"));
        var location = guide[guide.IndexOf("location /daq/", StringComparison.Ordinal)..];
        location = location[..location.IndexOf("```", StringComparison.Ordinal)].Replace("http://127.0.0.1:5000", console, StringComparison.Ordinal);
        var temporary = string.Concat(((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]).Select(t => $"{t}_temp_path \"{_folder[t]}\"; "));
        File.WriteAllText(_folder["nginx.conf"], $$"""
            daemon off;
            pid "{{_folder["nginx.pid"]}}";
            error_log stderr;
            events {}
            http {
              {{temporary}}
              access_log off;
              map $http_upgrade $connection_upgrade { default upgrade; '' close; }
              server { listen {{new Uri(Url).Authority}}; {{location}} }
            }
            """);
        _nginx = ChildProcess.Start("nginx", ["-c", _folder["nginx.conf"]]);
        Wait.Until(() => Answers() || _nginx.HasExited, () => $"{_nginx}");
        Assert.False(_nginx.HasExited, $"{_nginx}");
    }

    public void Dispose()
    {
        if (_nginx is { HasExited: false } running)
        {
            running.Signal(ChildProcess.SigTerm);
            running.WaitForExit();
        }
        _nginx?.Dispose();
        _folder.Dispose();
    }

    private bool Answers()
    {
        using var client = new System.Net.Sockets.TcpClient();
        try
        {
            client.Connect(new Uri(Url).Host, new Uri(Url).Port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
