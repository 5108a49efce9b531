namespace Hutch.Bus.Workers;

/// <summary>One of the processes or threads that serve a queue together.</summary>
internal interface IWorker
{
    /// <summary>For logs: number, and process id where there is one.</summary>
    string Name { get; }

    bool HasEnded { get; }

    /// <summary>Why it ended, with the stack of the exception; empty if it ended as it was asked to.</summary>
    string Cause { get; }

    /// <summary>Asks it to finish the calls in hand and end; returns at once.</summary>
    void Stop();

    /// <summary>Waits for the end; what has not ended then is ended by force, where that can be done.</summary>
    /// <returns>Whether it ended by itself.</returns>
    bool End(TimeSpan patience);
}
