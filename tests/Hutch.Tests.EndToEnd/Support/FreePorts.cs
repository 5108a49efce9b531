using System.Net;
using System.Net.Sockets;

namespace Hutch.Tests.EndToEnd.Support;

/// <summary>Ranges of UDP ports that nobody uses, below those that the system gives out by itself.</summary>
internal static class FreePorts
{
    private const int Lowest = 20_000;
    private const int Highest = 32_000;

    private static readonly Lock Gate = new();
    private static int _next = Random.Shared.Next(Lowest, Highest);

    /// <summary>The first of a number of ports in a row. No two tests of this process get the same.</summary>
    public static int Udp(int count)
    {
        lock (Gate)
        {
            for (var tries = 0; tries < 1000; tries++)
            {
                var first = _next + count <= Highest ? _next : Lowest;
                _next = first + count;
                if (Enumerable.Range(first, count).All(IsFree))
                    return first;
            }
        }
        throw new InvalidOperationException($"no {count} free UDP ports in a row from {Lowest} to {Highest}");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var socket = new UdpClient(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
