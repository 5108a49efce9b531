using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Hutch.Epics.Serving;

/// <summary>PVs by name.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "A table of PVs, which can be listed.")]
public sealed class PvTable : IPvSource, IEnumerable<ServedPv>
{
    private readonly ConcurrentDictionary<string, ServedPv> _all = new(StringComparer.Ordinal);

    /// <summary>The number of PVs.</summary>
    public int Count => _all.Count;

    /// <summary>Adds a PV.</summary>
    /// <exception cref="UserErrorException">There is one of that name.</exception>
    /// <returns>The PV.</returns>
    public ServedPv Add(ServedPv pv)
    {
        ArgumentNullException.ThrowIfNull(pv);
        return _all.TryAdd(pv.Name, pv) ? pv : throw new UserErrorException($"PV {pv.Name} is defined twice; remove one");
    }

    /// <inheritdoc/>
    public ServedPv? Find(ReadOnlySpan<char> name) => _all.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var pv) ? pv : null;

    /// <inheritdoc/>
    public IEnumerator<ServedPv> GetEnumerator() => _all.Values.GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
}
