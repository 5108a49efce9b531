using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Hutch.Bus.Calls;
using Hutch.Bus.Methods;
using Hutch.Bus.Transports;
using Hutch.Bus.Transports.Redis;

namespace Hutch.Tests.Bus;

public class HostileBytesTests
{
    private static readonly MethodTable Methods = new(typeof(SimpleService));

    [Fact]
    public void The_readers_refuse_in_their_own_words_whatever_comes()
    {
        foreach (var (_, body) in HostileMessages.Bodies())
            ReadAll(body);
    }

    [Fact]
    public void The_readers_refuse_random_bytes() =>
        Prop.ForAll<byte[]>(bytes => ReadAll(bytes)).QuickCheckThrowOnFailure();

    [Fact]
    public void The_readers_refuse_damaged_messages()
    {
        var good = Envelope.Write("x", "simple.add", new MessageProperties { ReplyTo = "response-1" }, """{"id": "1", "method": "add", "params": {"x": NaN}}"""u8);
        var damaged = from position in Gen.Choose(0, good.Length - 1)
                      from value in Gen.Choose(0, 255)
                      select good.Select((b, i) => i == position ? (byte)value : b).ToArray();
        Prop.ForAll(Arb.From(damaged), bytes => ReadAll(bytes)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void An_envelope_says_what_was_put_into_it() =>
        Prop.ForAll<byte[]>(body =>
        {
            var properties = new MessageProperties { ContentType = "text/plain", ContentEncoding = "utf-8", ReplyTo = "r\"☃", Priority = 3, DeliveryMode = 1 };
            var read = Envelope.Read(Envelope.Write("e\\", "k", properties, body), "q");
            return read.Body.Span.SequenceEqual(body) && (read.Exchange, read.RoutingKey, read.Redelivered) == ("e\\", "k", false) && read.Properties == properties
                && Envelope.Read(Envelope.MarkRedelivered(Envelope.Write("e", "k", properties, body)), "q").Redelivered;
        }).QuickCheckThrowOnFailure();

    private static void ReadAll(byte[] bytes)
    {
        Refuses(() => RpcRequest.TryRead(bytes, Methods, new CallArguments(), out _));
        RpcReply.TryRead(bytes, out _, out _);
        Refuses(() => Envelope.Read(bytes, "queue"));
        Refuses(() => Envelope.MarkRedelivered(bytes));
        PythonJson.Repair(bytes);
    }

    private static void Refuses(Action read)
    {
        try
        {
            read();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // These two are what the callers of the readers expect.
        }
    }
}
