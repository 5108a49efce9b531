using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Hutch.Hosting;

/// <summary>Tells systemd how this process does; the protocol is that of sd_notify(3): a datagram of lines <c>NAME=value</c>.</summary>
public sealed class ServiceManagerLink : IDisposable
{
    private const string SocketVariable = "NOTIFY_SOCKET";

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly UnixDomainSocketEndPoint _manager;

    private ServiceManagerLink(string path, TimeSpan? watchdog)
    {
        // A leading @ stands for the zero byte of an abstract name.
        _manager = new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path);
        Watchdog = watchdog;
    }

    /// <summary>After how long without a sign of life the manager ends this process; null: never.</summary>
    public TimeSpan? Watchdog { get; }

    /// <summary>Opens the way to the manager, and keeps it from the processes that this one starts.</summary>
    /// <returns>Null if no manager wants to hear anything.</returns>
    public static ServiceManagerLink? Open()
    {
        if (Environment.GetEnvironmentVariable(SocketVariable) is not { Length: > 1 } path)
            return null;
        Environment.SetEnvironmentVariable(SocketVariable, null);
        var isOurs = Environment.GetEnvironmentVariable("WATCHDOG_PID") is not { Length: > 0 } pid || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var given = long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds);
        return new ServiceManagerLink(path, given && isOurs ? TimeSpan.FromMicroseconds(microseconds) : null);
    }

    /// <summary>Sends lines such as <c>READY=1</c>. A manager that does not listen is none of the service's business.</summary>
    public void Send(params ReadOnlySpan<string> lines)
    {
        try
        {
            _socket.SendTo(Encoding.UTF8.GetBytes(string.Join('\n', lines!)), _manager);
        }
        catch (SocketException)
        {
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
