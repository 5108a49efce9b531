using Hutch.Epics.Buffering;
using Hutch.Epics.ChannelAccess;
using Hutch.Store;
using Hutch.Testing;

namespace Hutch.Epics.Tests.Writing;

/// <summary>What a buffer would have left in a store: pulses 100 to 110, one every 10 ms from a certain time on, and values between.</summary>
internal sealed class HandmadeBuffer : IAsyncDisposable
{
    /// <summary>When pulse 100 was, in milliseconds since 1970.</summary>
    public const long Begin = 1_700_000_000_000;

    private readonly MemoryStore _store = new();

    public IStore Store => _store.Store;

    public async Task AddPulsesAsync(params long[] leaveOut)
    {
        for (var pulse = 100L; pulse <= 110; pulse++)
        {
            if (leaveOut.Contains(pulse))
                continue;
            var time = Begin + (pulse - 100) * 10;
            await Store.AppendAsync(BufferRecord.Pulses, BufferRecord.OfPulse(time * 1_000_000, time * 1_000_000), new StreamId(pulse));
            await Store.AppendAsync(BufferRecord.PulsesByTime, BufferRecord.OfPulseByTime(pulse, time * 1_000_000), new StreamId(time));
        }
    }

    public Task AddAsync(string pv, long at, PvData data) =>
        Store.AppendAsync(pv, BufferRecord.Of(new PvUpdate(data, (Begin + at) * 1_000_000, AlarmState.None)), new StreamId(Begin + at));

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
