namespace Hutch.Bus.Transports;

/// <summary>How an exchange chooses the queues of a message.</summary>
public enum ExchangeType
{
    /// <summary>Queues whose binding key equals the routing key.</summary>
    Direct,

    /// <summary>Queues whose binding key matches the routing key word by word: <c>*</c> is one word, <c>#</c> any number.</summary>
    Topic,

    /// <summary>All queues that are bound.</summary>
    Fanout,
}
