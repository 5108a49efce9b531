using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Hutch.Tests.Store;

/// <summary>A redis-server of its own on a free loopback port, which can be stopped and started again.</summary>
public sealed class RedisServer : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hutch redis ").FullName;
    private readonly string? _password;
    private Process? _process;

    public RedisServer(string? password = null)
    {
        _password = password;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }
        Start();
    }

    public int Port { get; }

    public string Url => $"redis://{(_password is null ? "" : $":{_password}@")}127.0.0.1:{Port}/0";

    public void Start()
    {
        string[] arguments = ["--bind", "127.0.0.1", "--port", $"{Port}", "--save", "", "--appendonly", "yes", "--appendfsync", "always", "--dir", _folder];
        _process = Process.Start(new ProcessStartInfo("redis-server", _password is null ? arguments : [.. arguments, "--requirepass", _password])
        {
            RedirectStandardOutput = true,
        })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        Wait.Until(Answers, $"redis-server on port {Port} answers");
    }

    public void Stop()
    {
        if (_process is not { } process)
            return;
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        Stop();
        Directory.Delete(_folder, recursive: true);
    }

    private bool Answers()
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", Port);
            client.GetStream().Write("PING\r\n"u8);
            // An answer of any kind but "still loading": a password may be wanted.
            var answer = new byte[64];
            var length = client.GetStream().Read(answer);
            return length > 0 && !answer.AsSpan(0, length).StartsWith("-LOADING"u8);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
