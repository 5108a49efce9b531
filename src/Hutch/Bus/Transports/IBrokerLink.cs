namespace Hutch.Bus.Transports;

/// <summary>One connection to a broker, from its making to its loss.</summary>
internal interface IBrokerLink : IAsyncDisposable
{
    /// <summary>Whether it can be used.</summary>
    bool IsOpen { get; }

    /// <summary>Ends, with the reason, when the connection is lost or given up.</summary>
    Task<string> Lost { get; }

    /// <summary>Gives the connection up without the courtesy of a goodbye: the broker may not be listening.</summary>
    void Drop(string reason);

    /// <summary>Declares an <see cref="ExchangeDeclaration"/>, <see cref="QueueDeclaration"/> or <see cref="QueueBinding"/>.</summary>
    Task DeclareAsync(object declaration, CancellationToken cancel);
}
