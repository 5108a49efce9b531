using System.Text;

namespace Hutch.Fleet.Sharing;

/// <summary>
/// The processes that share some work, by what each announces, and which of them does which piece: the one whose number for the piece is the
/// highest. So all agree without asking, and when one comes or goes, only its own share moves. Safe for use by several threads.
/// </summary>
/// <param name="own">The id of this one.</param>
/// <param name="life">How long one is counted that is not heard.</param>
internal sealed class Peers(string own, TimeSpan life)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _heard = [];
    private string[] _alive = [own];

    /// <summary>Whether one is there.</summary>
    public bool IsAlive(string id) => Volatile.Read(ref _alive).Contains(id);

    /// <summary>How many there are, this one included.</summary>
    public int Count => _alive.Length;

    /// <summary>Takes a sign of life.</summary>
    /// <returns>Whether it is a new one.</returns>
    public bool Hear(string id, DateTimeOffset now)
    {
        if (id == own)
            return false;
        lock (_gate)
        {
            _heard[id] = now;
            return Refresh(now);
        }
    }

    /// <summary>One says that it goes.</summary>
    public bool Leave(string id, DateTimeOffset now)
    {
        lock (_gate)
        {
            _heard.Remove(id);
            return Refresh(now);
        }
    }

    /// <summary>Counts out those that are not heard any more.</summary>
    /// <returns>Whether there are others than before.</returns>
    public bool Refresh(DateTimeOffset now)
    {
        lock (_gate)
        {
            foreach (var id in _heard.Where(h => now - h.Value > life).Select(h => h.Key).ToList())
                _heard.Remove(id);
            string[] alive = [own, .. _heard.Keys.Order(StringComparer.Ordinal)];
            if (alive.SequenceEqual(_alive))
                return false;
            _alive = alive;
            return true;
        }
    }

    /// <summary>Whether a piece of the work is for this one.</summary>
    public bool IsOurs(string piece)
    {
        var mine = Number(own, piece);
        return Volatile.Read(ref _alive).All(id => id == own || (Number(id, piece) is var other && (other < mine || (other == mine && string.CompareOrdinal(id, own) < 0))));
    }

    // FNV-1a, and the finish of MurmurHash3, which spreads what differs in a few bits only.
    private static ulong Number(string id, string piece)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in Encoding.UTF8.GetBytes($"{id}/{piece}"))
            hash = (hash ^ b) * 1099511628211UL;
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return hash ^ (hash >> 33);
    }
}
