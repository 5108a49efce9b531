using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hutch.Epics.ChannelAccess;
using Hutch.Epics.Serving;
using Hutch.Epics.Tests.ChannelAccess;

namespace Hutch.Epics.Tests.Serving;

/// <summary>Clients that send nonsense, floods, or read nothing. What counts is that the server still works afterwards, and at what cost.</summary>
public class HostileClientTests
{
    // HUTCH_FUZZ_MUTATIONS=1000000 for the long run.
    private static readonly int Mutations = int.TryParse(Environment.GetEnvironmentVariable("HUTCH_FUZZ_MUTATIONS"), out var given) ? given : 30_000;

    [Fact]
    public async Task Mutated_messages_never_stop_the_server()
    {
        await using var ioc = new Ioc(new CaServerOptions { MaximumSearches = int.MaxValue });
        var random = new Random(16);
        var session = RawClient.Session();
        using var udp = new UdpClient();
        udp.Connect(IPAddress.Loopback, ioc.Port);
        for (var done = 0; done < Mutations;)
        {
            using var client = new RawClient(ioc.Server.TcpPort);
            foreach (var message in session)
            {
                var mutated = Mutate(random, message);
                done++;
                if (!TrySend(client, mutated))
                    break;
                if (done % 4 == 0)
                    await udp.SendAsync(Mutate(random, RawClient.Session()[15]));
            }
        }

        Assert.Equal("hello", await ioc.Pv("string").GetAsync<string>());
        Assert.True(ioc.Server.Counters.Malformed > 0, "the mutations reached the server");
        await Eventually.TrueAsync(() => Task.FromResult(ioc.Server.Clients == 1), TimeSpan.FromSeconds(30), () => $"the mutants' connections are gone: {ioc.Server.Clients} are left");
    }

    [Theory]
    [InlineData(0xffffffffu)]
    [InlineData(0x7fffffffu)]
    public async Task A_payload_that_is_announced_as_huge_closes_the_connection_and_takes_no_memory(uint size)
    {
        await using var ioc = new Ioc();
        using var client = new RawClient(ioc.Server.TcpPort);
        var before = GC.GetTotalAllocatedBytes();
        client.Send([0, 4, 0xff, 0xff, 0, 6, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, .. BitConverter.GetBytes(size).Reverse(), 0, 0, 0, 1]);

        ReadToEnd(client);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 10 << 20);
        Assert.Equal(1, ioc.Server.Counters.Malformed);
    }

    [Fact]
    public async Task A_client_too_many_is_refused_and_counted_and_has_a_place_when_another_ends()
    {
        await using var ioc = new Ioc(new CaServerOptions { MaximumCircuits = 1 });
        using (new RawClient(ioc.Server.TcpPort))
        {
            Assert.True(SpinWait.SpinUntil(() => ioc.Server.Clients == 1, TimeSpan.FromSeconds(10)));
            using var second = new RawClient(ioc.Server.TcpPort);
            ReadToEnd(second);
            Assert.Equal(1, ioc.Server.Counters.RefusedClients);
        }

        Assert.Equal("hello", await ioc.Pv("string").GetAsync<string>());
    }

    [Fact]
    public async Task A_flood_of_searches_is_answered_at_the_rate_that_was_set()
    {
        const int limit = 20_000;
        await using var ioc = new Ioc(new CaServerOptions { MaximumSearches = limit });
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        udp.Connect(IPAddress.Loopback, ioc.Port);
        byte[] datagram = [.. RawClient.Session()[0], .. Enumerable.Repeat(RawClient.Session()[15], 30).SelectMany(m => m)];
        var watch = Stopwatch.StartNew();
        long sent = 0;
        while (watch.Elapsed < TimeSpan.FromSeconds(1))
        {
            udp.Send(datagram);
            sent += 30;
        }

        var seconds = watch.Elapsed.TotalSeconds;
        Assert.True(sent > 2 * limit, $"only {sent} searches were sent");
        Assert.True(ioc.Server.Counters.Searches <= limit * (seconds + 0.5), $"{ioc.Server.Counters.Searches} of {sent} searches in {seconds:0.0} s");
        Assert.True(ioc.Server.Counters.SearchesLeft > 0);
        Assert.Equal(21.5, await ioc.Pv("double").GetAsync<double>());
    }

    [Fact]
    public async Task A_client_that_does_not_read_gets_the_newest_values_and_holds_nobody_up()
    {
        await using var ioc = new Ioc(new CaServerOptions { HighWater = 100_000 });
        using var client = new RawClient(ioc.Server.TcpPort);
        foreach (var message in RawClient.Session().Take(5))
            client.Send(message);
        client.Send(RawClient.Message(1, 20, 0, 2, 200, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]));
        await Eventually.TrueAsync(() => ioc["array"].Monitors == 1, "the monitor is there");
        var values = new double[100_000];
        var watch = Stopwatch.StartNew();
        for (var i = 1; i <= 200; i++)
        {
            values[0] = i;
            ioc["array"].Post(values);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"posting took {watch.Elapsed}");
        Assert.True(ioc.Server.Counters.Overwritten > 100, $"{ioc.Server.Counters.Overwritten} overwritten");
        Assert.Equal(200, ReadLast(client, 200));
    }

    [Fact]
    public async Task A_client_that_asks_for_more_than_it_reads_is_held_up_and_not_the_memory_filled()
    {
        await using var ioc = new Ioc();
        ioc["array"].Post(new double[1_000_000]);
        using var client = new RawClient(ioc.Server.TcpPort);
        foreach (var message in RawClient.Session().Take(5))
            client.Send(message);
        var before = Process.GetCurrentProcess().WorkingSet64;
        for (var i = 0; i < 300; i++)   // 2.4 GB of answers
            client.Send(RawClient.Session()[7]);
        Assert.Equal(21.5, await ioc.Pv("double").GetAsync<double>());
        Assert.True(Process.GetCurrentProcess().WorkingSet64 - before < 200L << 20, "memory was filled");
    }

    [Fact]
    public async Task Only_the_addresses_that_were_named_may_put()
    {
        await using var ioc = new Ioc(new CaServerOptions { PutFrom = [IPAddress.Parse("10.1.2.3")] });
        await Assert.ThrowsAsync<UserErrorException>(() => ioc.Pv("double").PutAsync(1.0));
        Assert.False(ioc.Pv("double").CanWrite);

        // libca holds back what it may not put; who does not care is refused by the server.
        using var client = new RawClient(ioc.Server.TcpPort);
        foreach (var message in RawClient.Session().Take(12))
            client.Send(message);
        await Eventually.TrueAsync(() => ioc.Server.Counters.PutsRefused == 3, "the puts are refused");
        Assert.Equal(21.5, ioc["double"].Current.Data.NumberAt(0));
    }

    private static byte[] Mutate(Random random, byte[] message)
    {
        var mutated = message.ToArray();
        for (var changes = random.Next(4); changes > 0; changes--)
            mutated[random.Next(mutated.Length)] = random.Next(3) switch { 0 => 0, 1 => 0xff, _ => (byte)random.Next(256) };
        return random.Next(10) == 0 ? mutated[..random.Next(mutated.Length)] : mutated;
    }

    private static bool TrySend(RawClient client, byte[] message)
    {
        try
        {
            client.Send(message);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void ReadToEnd(RawClient client)
    {
        var buffer = new byte[4096];
        try
        {
            while (client.Stream.Read(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset: closed with unread data.
        }
    }

    // Reads monitors until the first element has a value.
    private static double ReadLast(RawClient client, double wanted)
    {
        var header = new byte[24];
        while (true)
        {
            client.Stream.ReadExactly(header.AsSpan(0, 16));
            if (header[2] == 0xff && header[3] == 0xff)
                client.Stream.ReadExactly(header.AsSpan(16));
            Assert.True(CaHeader.TryRead(header, out var message) > 0);
            var payload = new byte[message.PayloadSize];
            client.Stream.ReadExactly(payload);
            if (message.Command != CaCommand.EventAdd)
                continue;
            var value = System.Buffers.Binary.BinaryPrimitives.ReadDoubleBigEndian(payload.AsSpan(16));
            if (value == wanted)
                return value;
        }
    }
}
