using Hutch.Native.Hdf5;

namespace Hutch.Reduction.Sources;

/// <summary>
/// Events of a NeXus file (NXevent_data): for each bank <c>event_id</c> and <c>event_time_offset</c> [µs] a number an event,
/// <c>event_index</c> and <c>event_time_zero</c> [s after its attribute <c>offset</c>, ISO 8601] a number a pulse. Banks are put together
/// pulse by pulse, in the order of their names.
/// </summary>
internal sealed class NexusEvents : IDisposable
{
    private readonly Hdf5File _file;
    private readonly List<Bank> _banks;
    private readonly List<KeyValuePair<long, List<(Bank Bank, int Pulse)>>> _pulses;

    private NexusEvents(Hdf5File file, List<Bank> banks)
    {
        (_file, _banks) = (file, banks);
        var pulses = new SortedDictionary<long, List<(Bank Bank, int Pulse)>>();
        foreach (var bank in banks)
        {
            for (var pulse = 0; pulse < bank.Times.Length; pulse++)
            {
                if (!pulses.TryGetValue(bank.Times[pulse], out var parts))
                    pulses.Add(bank.Times[pulse], parts = []);
                parts.Add((bank, pulse));
            }
        }
        _pulses = [.. pulses];
    }

    /// <summary>How many pulses it has.</summary>
    public int Pulses => _pulses.Count;

    /// <returns>Null if there are no events in the file.</returns>
    public static NexusEvents? TryOpen(Hdf5File file)
    {
        var groups = file.Names("/").SelectMany(n => file.Names($"/{n}").Select(m => $"/{n}/{m}").Prepend($"/{n}"));
        var banks = groups.Where(g => file.Names(g) is var names && names.Contains("event_id") && names.Contains("event_time_offset")
            && names.Contains("event_time_zero") && names.Contains("event_index")).Order(StringComparer.Ordinal).Select(g => Bank.Read(file, g)).ToList();
        return banks.Count > 0 ? new NexusEvents(file, banks) : null;
    }

    /// <exception cref="UserErrorException">It cannot be read, or has no pulses.</exception>
    public static NexusEvents Open(string path)
    {
        try
        {
            return TryOpen(Hdf5File.OpenRead(path)) is { Pulses: > 0 } events ? events
                : throw new UserErrorException($"{path} has no events (groups with event_id, event_time_offset, event_time_zero and event_index)");
        }
        catch (Hdf5Exception error)
        {
            throw new UserErrorException($"{path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The events of a pulse.</summary>
    public (long TimeNs, uint[] Ids, float[] Tofs) Pulse(int index)
    {
        var (time, banks) = _pulses[index];
        var parts = banks.Select(p => p.Bank.Events(p.Pulse)).ToList();
        return (time, [.. parts.SelectMany(p => p.Ids)], [.. parts.SelectMany(p => p.Tofs)]);
    }

    /// <summary>The events of a pulse in pairs of time of flight (units of 100 ns) and pixel.</summary>
    public uint[] Pairs(int index)
    {
        var (_, ids, tofs) = Pulse(index);
        var pairs = new uint[2 * ids.Length];
        for (var i = 0; i < ids.Length; i++)
            (pairs[2 * i], pairs[(2 * i) + 1]) = ((uint)Math.Round(Math.Clamp(tofs[i] * 10.0, 0, uint.MaxValue)), ids[i]);
        return pairs;
    }

    public void Dispose()
    {
        _banks.ForEach(b => b.Dispose());
        _file.Dispose();
    }

    private sealed class Bank(Hdf5Dataset ids, Hdf5Dataset tofs, long[] times, ulong[] starts) : IDisposable
    {
        public long[] Times { get; } = times;

        public static Bank Read(Hdf5File file, string group)
        {
            using var zero = file.OpenDataset($"{group}/event_time_zero");
            using var index = file.OpenDataset($"{group}/event_index");
            var ids = file.OpenDataset($"{group}/event_id");
            var seconds = new double[zero.Dimensions[0]];
            zero.ReadRows<double>(0, seconds, Hdf5Type.Float64);
            var starts = new ulong[seconds.Length + 1];
            index.ReadRows(0, starts.AsSpan(0, seconds.Length), Hdf5Type.UInt64);
            starts[^1] = ids.Dimensions[0];
            var offset = file.TryReadText($"{group}/event_time_zero", "offset") is { Length: > 0 } text ? EventTime.Parse(text) : 0;
            // Seconds in double precision are good for nanoseconds over a run of some days; decimal arithmetic adds no error of its own.
            return new Bank(ids, file.OpenDataset($"{group}/event_time_offset"), [.. seconds.Select(s => checked(offset + (long)Math.Round((decimal)s * 1_000_000_000m)))], starts);
        }

        public (uint[] Ids, float[] Tofs) Events(int pulse)
        {
            var count = (int)(starts[pulse + 1] - starts[pulse]);
            var (id, tof) = (new uint[count], new float[count]);
            ids.ReadRows<uint>(starts[pulse], id, Hdf5Type.UInt32);
            tofs.ReadRows<float>(starts[pulse], tof, Hdf5Type.Float32);
            return (id, tof);
        }

        public void Dispose()
        {
            ids.Dispose();
            tofs.Dispose();
        }
    }
}
