using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;

namespace Hutch.Epics.ChannelAccess;

/// <summary>Why a PV is, or is not, connected: who answers a search for it, where libca searches, and where else it was found.</summary>
/// <param name="Name">The PV.</param>
/// <param name="Connected">Whether it is connected.</param>
/// <param name="Searched">Where libca searches, by the address list of this process.</param>
/// <param name="Answers">Who answered a search there: host and TCP port.</param>
/// <param name="AnswersElsewhere">Who answered at the usual places that are not in the list.</param>
/// <param name="Reachable">Of those who answered in the list, the ones that also take a TCP connection.</param>
/// <param name="Advice">What to do, in a sentence.</param>
public sealed record PvDiagnosis(
    string Name, bool Connected, IReadOnlyList<string> Searched, IReadOnlyList<string> Answers, IReadOnlyList<string> AnswersElsewhere, IReadOnlyList<string> Reachable, string Advice)
{
    private const int Port = 5064;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(600);

    /// <summary>Searches for a PV as a client does.</summary>
    /// <param name="name">The PV.</param>
    /// <param name="connected">Whether it is connected.</param>
    /// <param name="addressList">The address list of the client; null: that of the environment.</param>
    /// <param name="cancel">Ends the search.</param>
    public static async Task<PvDiagnosis> OfAsync(string name, bool connected, string? addressList = null, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var variables = Environment.GetEnvironmentVariables();
        var searched = Searches(addressList ?? variables["EPICS_CA_ADDR_LIST"] as string ?? "",
            addressList is null && !string.Equals(variables["EPICS_CA_AUTO_ADDR_LIST"] as string, "NO", StringComparison.OrdinalIgnoreCase), ServerPort);
        IReadOnlyList<IPEndPoint> elsewhere = [.. Searches("127.0.0.1", true, Port).Except(searched)];
        var answers = await SearchAsync(name, searched, cancel).ConfigureAwait(false);
        var others = (await SearchAsync(name, elsewhere, cancel).ConfigureAwait(false)).Except(answers).ToList();
        var reachable = new List<IPEndPoint>();
        foreach (var answer in answers)
        {
            if (await TakesConnectionsAsync(answer, cancel).ConfigureAwait(false))
                reachable.Add(answer);
        }
        return new PvDiagnosis(name, connected, Texts(searched), Texts(answers), Texts(others), Texts(reachable), Advise(name, connected, searched, answers, others, reachable));
    }

    private static int ServerPort => ushort.TryParse(Environment.GetEnvironmentVariable("EPICS_CA_SERVER_PORT"), out var port) ? port : Port;

    private static string Advise(
        string name, bool connected, IReadOnlyList<IPEndPoint> searched, IReadOnlyList<IPEndPoint> answers, List<IPEndPoint> others, List<IPEndPoint> reachable)
    {
        if (answers.Count > 1)
            return $"{answers.Count} servers claim to have {name}: {string.Join(", ", answers)}; clients use whichever answers first, so rename it in all but one";
        if (connected)
            return $"{name} is connected";
        if (reachable.Count > 0)
            return $"{reachable[0]} has {name} and accepts connections; it should connect within seconds, unless that server refuses this host";
        if (answers.Count > 0)
            return $"{answers[0]} claims to have {name}, but accepts no TCP connection from here; check firewalls in between, and EPICS_CAS_INTF_ADDR_LIST there";
        if (others.Count > 0)
            return $"{others[0]} has {name}, but is not searched here; add {others[0].Address} to EPICS_CA_ADDR_LIST (now {string.Join(' ', searched)}) or correct EPICS_CA_SERVER_PORT";
        return $"no server answers a search for {name} at {(searched.Count > 0 ? string.Join(' ', searched) : "any address: EPICS_CA_ADDR_LIST is empty and EPICS_CA_AUTO_ADDR_LIST is NO")}; is the IOC running, and is the name right?";
    }

    private static IReadOnlyList<IPEndPoint> Searches(string list, bool broadcasts, int port)
    {
        var all = new List<IPEndPoint>();
        foreach (var entry in list.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = entry.Split(':');
            var entryPort = parts.Length == 2 && ushort.TryParse(parts[1], out var given) ? given : port;
            if (IPAddress.TryParse(parts[0], out var address))
                all.Add(new IPEndPoint(address, entryPort));
            else if (TryResolve(parts[0]) is { } resolved)
                all.Add(new IPEndPoint(resolved, entryPort));
        }
        if (broadcasts)
            all.AddRange(Broadcasts().Select(a => new IPEndPoint(a, port)));
        return [.. all.Distinct()];
    }

    private static IPAddress? TryResolve(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host, AddressFamily.InterNetwork).FirstOrDefault();
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static IEnumerable<IPAddress> Broadcasts() =>
        from nic in NetworkInterface.GetAllNetworkInterfaces()
        where nic.OperationalStatus == OperationalStatus.Up && nic.NetworkInterfaceType != NetworkInterfaceType.Loopback
        from unicast in nic.GetIPProperties().UnicastAddresses
        where unicast.Address.AddressFamily == AddressFamily.InterNetwork
        select new IPAddress([.. unicast.Address.GetAddressBytes().Zip(unicast.IPv4Mask.GetAddressBytes(), (a, m) => (byte)(a | ~m))]);

    private static async Task<IReadOnlyList<IPEndPoint>> SearchAsync(string name, IReadOnlyList<IPEndPoint> targets, CancellationToken cancel)
    {
        if (targets.Count == 0)
            return [];
        using var socket = new UdpClient(AddressFamily.InterNetwork) { EnableBroadcast = true };
        var text = Encoding.UTF8.GetBytes(name + "\0");
        var message = new byte[CaHeader.Size * 2 + CaHeader.Padded(text.Length)];
        const ushort doReply = 10;
        new CaHeader(CaCommand.Version, 0, 0, CaHeader.MinorVersion, 0, 0).Write(message);
        new CaHeader(CaCommand.Search, (uint)CaHeader.Padded(text.Length), doReply, CaHeader.MinorVersion, 1, 1).Write(message.AsSpan(CaHeader.Size));
        text.CopyTo(message, CaHeader.Size * 2);
        foreach (var target in targets)
        {
            try
            {
                await socket.SendAsync(message, target, cancel).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // That network is not reachable; nobody answers from there.
            }
        }
        var answers = new List<IPEndPoint>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        while (true)
        {
            try
            {
                var datagram = await socket.ReceiveAsync(patience.Token).ConfigureAwait(false);
                Note(datagram.Buffer, datagram.RemoteEndPoint.Address, answers);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                return answers;
            }
            catch (SocketException)
            {
                // Nobody listens at one of the addresses.
            }
        }
    }

    private static void Note(ReadOnlySpan<byte> datagram, IPAddress sender, List<IPEndPoint> answers)
    {
        while (CaHeader.TryRead(datagram, out var header) is > 0 and var length && header.PayloadSize <= datagram.Length - length)
        {
            datagram = datagram[(length + (int)header.PayloadSize)..];
            if (header.Command != CaCommand.Search)
                continue;
            var address = header.Parameter1 == uint.MaxValue ? sender : new IPAddress((uint)IPAddress.HostToNetworkOrder((int)header.Parameter1));
            var answer = new IPEndPoint(address, header.Type);
            if (!answers.Contains(answer))
                answers.Add(answer);
        }
    }

    private static async Task<bool> TakesConnectionsAsync(IPEndPoint server, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(server, patience.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private static IReadOnlyList<string> Texts(IEnumerable<IPEndPoint> points) => [.. points.Select(p => p.ToString())];
}
