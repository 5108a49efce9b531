using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Hutch.Bench.Requests;

/// <summary>A RabbitMQ of the benchmark's own: private name, ports and folder; idle schedulers do not spin.</summary>
internal sealed class BenchRabbitMq : IDisposable
{
    private static readonly TimeSpan BootTime = TimeSpan.FromSeconds(90);

    private readonly string _folder = Directory.CreateTempSubdirectory("hutch-bench-rabbit-").FullName;
    private readonly Dictionary<string, string> _environment;
    private readonly Process _shell;

    public BenchRabbitMq()
    {
        Port = FreePort();
        foreach (var folder in (string[])["mnesia", "log", "home"])
            Directory.CreateDirectory(Path.Combine(_folder, folder));
        File.WriteAllText(Path.Combine(_folder, "enabled_plugins"), "[].\n");
        File.WriteAllText(Path.Combine(_folder, "rabbitmq.conf"), "log.console = false\n");
        _environment = new()
        {
            ["HOME"] = Path.Combine(_folder, "home"),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = $"{FreePort()}",
            ["RABBITMQ_NODENAME"] = $"bench{Port}@localhost",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = $"{Port}",
            ["RABBITMQ_DIST_PORT"] = $"{FreePort()}",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(_folder, "mnesia"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(_folder, "log"),
            ["RABBITMQ_PID_FILE"] = Path.Combine(_folder, "pid"),
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(_folder, "rabbitmq"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_folder, "enabled_plugins"),
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none",
        };
        // The shell ends the server, and the name daemon it leaves, when its input closes: also if we are killed.
        _shell = Start("/bin/sh", "-c", """
            /usr/lib/rabbitmq/bin/rabbitmq-server >/dev/null 2>&1 </dev/null &
            cat >/dev/null; kill -TERM $!; wait $!; epmd -kill >/dev/null 2>&1
            """);
        var clock = Stopwatch.StartNew();
        while (!Answers())
        {
            if (clock.Elapsed > BootTime)
                throw new UserErrorException($"RabbitMQ did not start within {BootTime.TotalSeconds} s; see {_folder}/log");
            Thread.Sleep(100);
        }
    }

    public int Port { get; }

    public string Url => $"amqp://guest:guest@127.0.0.1:{Port}/";

    public void Dispose()
    {
        _shell.StandardInput.Close();
        _shell.WaitForExit();
        _shell.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        // Below the ports that the kernel hands out, so that none is taken until the server binds it.
        while (true)
        {
            var port = Random.Shared.Next(12_000, 30_000);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
            }
        }
    }

    private Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true };
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private bool Answers()
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", Port) { ReceiveTimeout = 2000 };
            client.GetStream().Write("AMQP\0\0\u0009\u0001"u8);
            return client.GetStream().ReadByte() == 1;
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            return false;
        }
    }
}
