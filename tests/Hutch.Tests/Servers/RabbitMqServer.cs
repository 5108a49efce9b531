using System.Diagnostics;
using System.Net.Sockets;

namespace Hutch.Tests.Servers;

/// <summary>A RabbitMQ of its own: private node name, ports, cookie and data. Boots in 5 to 9 seconds.</summary>
public sealed class RabbitMqServer : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hutch rabbit ").FullName;
    private readonly Dictionary<string, string> _environment;
    private ServerProcess? _process;

    public RabbitMqServer()
    {
        // RabbitMQ's distribution and epmd ports must stay free between choosing and binding: below the ephemeral range.
        var epmd = FreePort.NextBelow(20000);
        var distribution = FreePort.NextBelow(24000);
        Port = FreePort.NextBelow(28000);
        foreach (var folder in (string[])["mnesia", "log", "home"])
            Directory.CreateDirectory(Path.Combine(_folder, folder));
        File.WriteAllText(Path.Combine(_folder, "enabled_plugins"), "[].\n");
        _environment = new()
        {
            ["HOME"] = Path.Combine(_folder, "home"),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = $"{epmd}",
            ["RABBITMQ_NODENAME"] = $"rabbit{Port}@localhost",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = $"{Port}",
            ["RABBITMQ_DIST_PORT"] = $"{distribution}",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(_folder, "mnesia"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(_folder, "log"),
            ["RABBITMQ_PID_FILE"] = Path.Combine(_folder, "pid"),
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(_folder, "rabbitmq"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_folder, "enabled_plugins"),
            // Idle schedulers would spin and take the processor from the tests.
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] =
                "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none",
        };
    }

    public int Port { get; }

    /// <summary>With one, the server also listens on <see cref="TlsPort"/>.</summary>
    public ServerCertificate? Certificate { get; init; }

    public int TlsPort { get; } = FreePort.NextBelow(26000);

    public string Url => $"amqp://guest:guest@127.0.0.1:{Port}//";

    public async ValueTask InitializeAsync() => await StartAsync();

    public async Task StartAsync()
    {
        File.WriteAllText(Path.Combine(_folder, "rabbitmq.conf"), Certificate is { } c
            ? $"""
                log.console = false
                listeners.ssl.default = 127.0.0.1:{TlsPort}
                ssl_options.cacertfile = {c.AuthorityFile}
                ssl_options.certfile = {c.CertificateFile}
                ssl_options.keyfile = {c.KeyFile}

                """
            : "log.console = false\n");
        _process = new ServerProcess(_environment, "epmd -kill", "/usr/lib/rabbitmq/bin/rabbitmq-server");
        await Eventually.TrueAsync(AnswersAsync, TimeSpan.FromSeconds(90), () => $"RabbitMQ did not start: {_process.Output}");
    }

    public async Task StopAsync()
    {
        if (_process is { } process)
            await process.StopAsync();
        _process = null;
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    /// <summary>The lines that <c>rabbitmqctl -q</c> prints; costs about a second of processor time.</summary>
    public async Task<string[]> ControlAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/lib/rabbitmq/bin/rabbitmqctl") { RedirectStandardOutput = true };
        foreach (var argument in (string[])["-q", .. arguments])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    // A server that is up answers the protocol header with connection.start: a method frame, type 1.
    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port);
            var stream = client.GetStream();
            await stream.WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray());
            var first = new byte[1];
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            return await stream.ReadAsync(first, patience.Token) == 1 && first[0] == 1;
        }
        catch (Exception error) when (error is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
