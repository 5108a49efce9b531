using System.Diagnostics;
using Hutch.Bus;

namespace Hutch.Bench.Bus;

/// <summary>A process that answers: this program, told by an environment variable whom it is to play.</summary>
public sealed class EchoProcess : IDisposable
{
    private const string Marker = "HUTCH_BENCH_ECHO";
    private readonly Process _process;

    public EchoProcess(string side, string url, string name, int prefetch)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        start.Environment[Marker] = string.Join(' ', side, url, name, prefetch);
        _process = Process.Start(start)!;
        if (_process.StandardOutput.ReadLine() != "ready")
            throw new InvalidOperationException($"the {side} echo did not start");
    }

    public static bool IsWanted => Environment.GetEnvironmentVariable(Marker) is not null;

    public static async Task<int> RunAsync()
    {
        var words = Environment.GetEnvironmentVariable(Marker)!.Split(' ');
        var (side, url, name, prefetch) = (words[0], words[1], words[2], ushort.Parse(words[3]));
        await using var running = side switch
        {
            "ours" => await OursAsync(url, name, prefetch),
            "bare" when url.StartsWith("amqp", StringComparison.Ordinal) => await BareRabbitMqEcho.ServeAsync(url, name, prefetch),
            _ => await BareRedisEcho.ServeAsync(url, name),
        };
        Console.WriteLine("ready");
        Console.In.ReadToEnd();
        return 0;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<IAsyncDisposable> OursAsync(string url, string name, ushort prefetch)
    {
        var bus = BusConnection.Open(url, new BusOptions { Exchange = name });
        await bus.ServeAsync(new EchoService(), new ServeOptions { Name = name, Prefetch = prefetch });
        return bus;
    }
}
