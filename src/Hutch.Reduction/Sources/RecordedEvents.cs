using Hutch.Native.Hdf5;
using Hutch.Reduction.Configuration;

namespace Hutch.Reduction.Sources;

/// <summary>
/// Events of a NeXus file (NXevent_data): for each bank <c>event_id</c> and <c>event_time_offset</c> [µs] a number an event,
/// <c>event_index</c> and <c>event_time_zero</c> [s after its attribute <c>offset</c>, ISO 8601] a number a pulse. Banks are put together
/// pulse by pulse, in the order of their names.
/// </summary>
internal sealed class RecordedEvents : IRecordedRun
{
    private readonly Hdf5File _file;
    private readonly List<Bank> _banks;
    private readonly EventChunks _chunks;
    private readonly string _run;
    private readonly List<KeyValuePair<long, List<(Bank Bank, int Pulse)>>> _pulses;
    private int _next;

    private RecordedEvents(Hdf5File file, List<Bank> banks, ReductionConfiguration configuration)
    {
        (_file, _banks) = (file, banks);
        _chunks = new EventChunks(configuration);
        _run = Path.GetFileNameWithoutExtension(file.Path);
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

    public static RecordedEvents? TryOpen(Hdf5File file, ReductionConfiguration configuration)
    {
        var groups = file.Names("/").SelectMany(n => file.Names($"/{n}").Select(m => $"/{n}/{m}").Prepend($"/{n}"));
        var banks = groups.Where(g => file.Names(g) is var names && names.Contains("event_id") && names.Contains("event_time_offset")
            && names.Contains("event_time_zero") && names.Contains("event_index")).Order(StringComparer.Ordinal).Select(g => Bank.Read(file, g)).ToList();
        return banks.Count > 0 ? new RecordedEvents(file, banks, configuration) : null;
    }

    public bool Read(IChunkSink sink, CancellationToken stop)
    {
        if (_next == _pulses.Count)
        {
            _chunks.End(sink, stop);
            return false;
        }
        var (time, banks) = _pulses[_next++];
        var parts = banks.Select(p => p.Bank.Events(p.Pulse)).ToList();
        _chunks.Add(_run, time, 1, [.. parts.SelectMany(p => p.Ids)], [.. parts.SelectMany(p => p.Tofs)], sink, stop);
        return true;
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
