using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Hutch.Bus.Transports.Memory;

/// <summary>
/// The messages of a queue that were never delivered. They stand in one row, in order; or, where nobody takes them in order anyway, in a
/// row for each processor: a message is then mostly taken where it was sent, and the processors do not pass memory to and fro.
/// </summary>
internal sealed class WaitingMessages
{
    /// <summary>How many rows there are, a power of two.</summary>
    public static readonly int Rows = Math.Min(StripedCounter.Stripes, 8);

    private readonly ConcurrentQueue<MemoryDelivery>[] _rows = [.. Enumerable.Range(0, Rows).Select(_ => new ConcurrentQueue<MemoryDelivery>())];

    /// <summary>The row of the processor that asks.</summary>
    public static int OwnRow => Thread.GetCurrentProcessorId() & (Rows - 1);

    public int Count => _rows.Sum(row => row.Count);

    public bool IsEmpty => Array.TrueForAll(_rows, row => row.IsEmpty);

    public void Add(int row, MemoryDelivery message) => _rows[row].Enqueue(message);

    /// <summary>The row to take from for a while: one's own, unless another has grown much longer.</summary>
    /// <param name="own">One's own.</param>
    /// <param name="much">A difference that is of no account.</param>
    public int Choose(int own, int much)
    {
        var (chosen, longest) = (own, (2 * _rows[own].Count) + much);
        for (var row = 0; row < Rows; row++)
        {
            if (_rows[row].Count is var length && length > longest)
                (chosen, longest) = (row, length);
        }
        return chosen;
    }

    /// <summary>Takes the first message of a row, or, if there is none, that of another.</summary>
    public bool TryTake(int row, [MaybeNullWhen(false)] out MemoryDelivery message)
    {
        for (var i = 0; i < Rows; i++)
        {
            if (_rows[(row + i) & (Rows - 1)].TryDequeue(out message))
                return true;
        }
        message = null;
        return false;
    }
}
