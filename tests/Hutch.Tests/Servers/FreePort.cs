using System.Net;
using System.Net.Sockets;

namespace Hutch.Tests.Servers;

/// <summary>A TCP port of the loopback interface that nobody listens on.</summary>
public static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>One of 2000 ports, disjoint from those the kernel hands out, for servers that open several.</summary>
    public static int NextBelow(int limit)
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = Random.Shared.Next(limit - 2000, limit);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: try another.
            }
        }
        throw new InvalidOperationException($"no free port below {limit}");
    }
}
