using System.Net.Sockets;
using System.Text.Json;

namespace Hutch.Beamline.Control;

/// <summary>Sends a command to a running beamline.</summary>
public sealed class ControlClient : IDisposable
{
    private readonly StreamReader _reader;
    private readonly StreamWriter _writer;

    private ControlClient(Socket socket)
    {
        var stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new StreamReader(stream);
        _writer = new StreamWriter(stream) { AutoFlush = true };
    }

    /// <summary>The names of the beamlines that run for this user.</summary>
    public static IReadOnlyList<string> Running()
    {
        if (!Directory.Exists(RuntimeFolder.Path))
            return [];
        var running = new List<string>();
        foreach (var socket in Directory.GetFiles(RuntimeFolder.Path, "*.sock").Order())
        {
            var name = Path.GetFileNameWithoutExtension(socket);
            using var client = TryConnect(name);
            if (client is not null)
                running.Add(name);
        }
        return running;
    }

    /// <summary>Connects to a beamline.</summary>
    /// <param name="name">Its name; null if only one runs.</param>
    /// <exception cref="UserErrorException">It is not running, or several are and none is named.</exception>
    public static ControlClient Connect(string? name)
    {
        if (name is not null)
            return TryConnect(name) ?? throw new UserErrorException($"no beamline called {name} is running here (looked in {RuntimeFolder.Path}); start it with: hutch up FILE");
        var running = Running();
        return running.Count switch
        {
            1 => Connect(running[0]),
            0 => throw new UserErrorException($"no beamline is running here (looked in {RuntimeFolder.Path}); start one with: hutch up FILE"),
            _ => throw new UserErrorException($"several beamlines are running here: {string.Join(", ", running)}; choose one with --beamline NAME"),
        };
    }

    /// <summary>Sends the command and returns the answers as they come.</summary>
    /// <exception cref="UserErrorException">The command failed.</exception>
    public IEnumerable<ControlReply> Send(ControlRequest request)
    {
        _writer.WriteLine(JsonSerializer.Serialize(request, ControlProtocol.Default.ControlRequest));
        while (ReadLine() is { } line)
        {
            var reply = JsonSerializer.Deserialize(line, ControlProtocol.Default.ControlReply)!;
            yield return reply.Error is null ? reply : throw new UserErrorException(reply.Error);
        }
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        _reader.Dispose();
        try
        {
            _writer.Dispose();
        }
        catch (IOException)
        {
            // The other side has closed the connection; nothing waited to be sent.
        }
    }

    internal static ControlClient? TryConnect(string name)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(RuntimeFolder.SocketOf(name)));
            return new ControlClient(socket);
        }
        catch (Exception error) when (error is SocketException or ArgumentOutOfRangeException)
        {
            socket.Dispose();
            return null;
        }
    }

    private string? ReadLine()
    {
        try
        {
            return _reader.ReadLine();
        }
        catch (IOException)
        {
            return null;
        }
    }
}
