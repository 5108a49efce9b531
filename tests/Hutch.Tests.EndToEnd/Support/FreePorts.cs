using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Hutch.Tests.EndToEnd.Support;

/// <summary>Ranges of ports that nobody uses, below those that the system gives out by itself.</summary>
internal static class FreePorts
{
    private const int Lowest = 20_000;
    private const int Highest = 32_000;

    private static readonly Lock Gate = new();
    private static int _next = Random.Shared.Next(Lowest, Highest);

    /// <summary>The first of a number of ports in a row. No two tests of this process get the same.</summary>
    public static int Udp(int count) => Find(count, IsFreeForUdp);

    /// <summary>The same for TCP.</summary>
    public static int Tcp(int count) => Find(count, IsFreeForTcp);

    /// <summary>A text with other ports in it. In one pass: a number that comes in may look like one that is to go.</summary>
    public static string Put(string text, params (int Old, int New)[] ports) =>
        Regex.Replace(text, @"\b\d+\b", number => ports.FirstOrDefault(p => $"{p.Old}" == number.Value) is { New: > 0 and var port } ? $"{port}" : number.Value);

    private static int Find(int count, Func<int, bool> isFree)
    {
        lock (Gate)
        {
            for (var tries = 0; tries < 1000; tries++)
            {
                var first = _next + count <= Highest ? _next : Lowest;
                _next = first + count;
                if (Enumerable.Range(first, count).All(isFree))
                    return first;
            }
        }
        throw new InvalidOperationException($"no {count} free ports in a row from {Lowest} to {Highest}");
    }

    private static bool IsFreeForTcp(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool IsFreeForUdp(int port)
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
