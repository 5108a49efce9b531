using System.Net.Sockets;
using System.Text.Json;
using Hutch.Services;
using Hutch.Supervision;
using Microsoft.Extensions.Logging;

namespace Hutch.Beamline.Control;

/// <summary>Answers the commands for a running beamline on a socket that only its owner can reach.</summary>
public sealed partial class ControlServer : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly BeamlineRun _run;
    private readonly ILogger _logger;
    private readonly Action _down;
    private readonly string _path;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private readonly TaskCompletionSource _isDown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Opens the control socket.</summary>
    /// <param name="run">What is controlled.</param>
    /// <param name="down">Called when a stop is requested.</param>
    /// <param name="logger">Where failures of single commands are logged.</param>
    /// <exception cref="UserErrorException">A beamline of this name runs already.</exception>
    public ControlServer(BeamlineRun run, Action down, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(run);
        _run = run;
        _down = down;
        _logger = logger;
        RuntimeFolder.Ensure();
        _path = RuntimeFolder.SocketOf(run.File.Name);
        if (ControlClient.TryConnect(run.File.Name) is { } other)
        {
            other.Dispose();
            throw new UserErrorException($"a beamline called {run.File.Name} is already running; stop it with: hutch down {run.File.Name}");
        }
        File.Delete(_path); // left behind by one that was killed
        try
        {
            _listener.Bind(new UnixDomainSocketEndPoint(_path));
        }
        catch (Exception error) when (error is SocketException or ArgumentOutOfRangeException)
        {
            throw new UserErrorException($"cannot open the control socket {_path}: {error.Message}; set {RuntimeFolder.Variable} to another folder", error);
        }
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_path, OwnerOnly);
        _listener.Listen();
        _accepting = Accept();
    }

    /// <summary>Tells those who asked for the end that it has come, and closes the socket.</summary>
    public void Dispose()
    {
        _isDown.TrySetResult();
        Task.WhenAny(Task.WhenAll(Snapshot()), Task.Delay(TimeSpan.FromSeconds(1))).GetAwaiter().GetResult();
        _end.Cancel();
        _listener.Dispose();
        File.Delete(_path);
        _accepting.GetAwaiter().GetResult();
        _end.Dispose();
    }

    private async Task Accept()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_end.Token);
                Track(Task.Run(() => Serve(socket)));
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                if (!_end.IsCancellationRequested)
                    _logger.LogError(error, "control socket: {Message}", error.Message);
            }
        }
    }

    private async Task Serve(Socket socket)
    {
        using var stream = new NetworkStream(socket, ownsSocket: true);
        using var reader = new StreamReader(stream);
        using var writer = new StreamWriter(stream) { AutoFlush = true };
        Task Reply(ControlReply reply) => writer.WriteLineAsync(JsonSerializer.Serialize(reply, ControlProtocol.Default.ControlReply));
        try
        {
            if (await reader.ReadLineAsync(_end.Token) is not { } line)
                return;
            var request = JsonSerializer.Deserialize(line, ControlProtocol.Default.ControlRequest)!;
            await Answer(request, Reply);
        }
        catch (Exception error) when (error is UserErrorException or JsonException)
        {
            await Reply(new ControlReply { Error = _run.Mask(error.Message) });
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The other side has closed the connection.
        }
        catch (Exception error)
        {
            _logger.LogError(error, "control command failed: {Message}", error.Message);
            await Reply(new ControlReply { Error = _run.Mask(error.Message) });
        }
    }
}
