namespace Hutch.Bus.Transports.Redis;

/// <summary>A message from a Redis list. Its acknowledgement names its tag, so it is good on any connection.</summary>
internal sealed class RedisDelivery(RedisConsumer consumer, byte[] raw, string tag, bool noted, bool published) : Delivery
{
    /// <summary>The envelope as it came.</summary>
    public byte[] Raw => raw;

    public string Tag => tag;

    /// <summary>Whether it stands among the unacknowledged.</summary>
    public bool Noted => noted;

    /// <summary>Whether it was published to all listeners, and not taken from a list.</summary>
    public bool Published => published;

    protected override ValueTask AcknowledgeAsync() => consumer.SettleAsync(this, requeue: false);

    protected override ValueTask RefuseAsync(bool requeue) => consumer.SettleAsync(this, requeue);
}
