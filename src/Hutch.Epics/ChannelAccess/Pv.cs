using Hutch.Native.Ca;

namespace Hutch.Epics.ChannelAccess;

/// <summary>A PV of a control system, wherever it is. Safe for use by several threads.</summary>
public sealed class Pv : IDisposable, IPvListener
{
    private readonly CaClient _client;
    private readonly PvListening _listening;
    private readonly Lock _gate = new();
    private TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Pv(CaClient client, string name)
    {
        (_client, Name) = (client, name);
        _listening = client.Listen(name, PvEvents.None, this);
    }

    /// <summary>Raised with true when the PV is connected, and with false when it disconnects; on a thread of the library, so return immediately.</summary>
    public event Action<Pv, bool>? ConnectionChanged;

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Whether it is connected.</summary>
    public bool IsConnected => _listening.IsConnected;

    /// <summary>The type of its elements; null before it was connected.</summary>
    public PvType? Type => _listening.Channel is { NativeType: >= 0 } channel ? (PvType)channel.NativeType : null;

    /// <summary>The largest number of its elements; 0 before it was connected.</summary>
    public int MaximumCount => _listening.Channel?.ElementCount ?? 0;

    /// <summary>Whether this client may put.</summary>
    public bool CanWrite => _listening.Channel?.CanWrite ?? false;

    /// <summary>The server's host and port; "" before it was connected.</summary>
    public string Host => _listening.Host;

    /// <summary>Waits until it is connected.</summary>
    /// <exception cref="UserErrorException">It was not within the client's time-out; the message names what to look at.</exception>
    public async Task WaitConnectedAsync(CancellationToken cancel = default)
    {
        Task connected;
        lock (_gate)
            connected = _connected.Task;
        try
        {
            await connected.WaitAsync(_client.Options.Timeout, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            throw new UserErrorException($"PV {Name} is not connected after {_client.Options.Timeout.TotalSeconds:0.#} s; is its IOC running, and does EPICS_CA_ADDR_LIST ({_client.Options.AddressList
                ?? Environment.GetEnvironmentVariable("EPICS_CA_ADDR_LIST") ?? "not set"}) reach it?", error);
        }
    }

    /// <summary>Reads its value as a number, text, bool, state, or an array of these.</summary>
    /// <exception cref="UserErrorException">It is not connected, or does not answer.</exception>
    /// <exception cref="InvalidCastException">Its value is not of that type.</exception>
    public async Task<T> GetAsync<T>(CancellationToken cancel = default) => (await GetAsync(cancel).ConfigureAwait(false)).Get<T>();

    /// <summary>Reads its value with time stamp and alarm.</summary>
    /// <exception cref="UserErrorException">It is not connected, or does not answer.</exception>
    public Task<PvUpdate> GetAsync(CancellationToken cancel = default) => DoAsync("reading", async channel =>
        await channel.GetAsync(DbrLayout.Join(DbrForm.Time, (PvType)channel.NativeType), DbrReader.ReadTime).WaitAsync(_client.Options.Timeout, cancel).ConfigureAwait(false), cancel);

    /// <summary>Reads its properties: unit, states, limits. A PV of strings has none of these.</summary>
    /// <exception cref="UserErrorException">It is not connected, or does not answer.</exception>
    public Task<PvProperties> GetPropertiesAsync(CancellationToken cancel = default) => DoAsync("reading the properties of", async channel =>
        await PvListening.AskPropertiesAsync(channel).WaitAsync(_client.Options.Timeout, cancel).ConfigureAwait(false), cancel);

    /// <summary>Puts a value, and waits until the IOC has done what it entails.</summary>
    /// <param name="value">A number, text, bool or state, or an array of these; the IOC converts it to the PV's type.</param>
    /// <param name="cancel">Ends the wait; the value may have been put all the same.</param>
    /// <exception cref="UserErrorException">It is not connected, does not answer, or refuses the value.</exception>
    public Task PutAsync(object value, CancellationToken cancel = default)
    {
        var data = PvData.Of(value);
        return DoAsync("putting", async channel =>
        {
            await channel.PutAsync((int)data.Type, data.Count, data.Bytes).WaitAsync(_client.Options.Timeout, cancel).ConfigureAwait(false);
            return true;
        }, cancel);
    }

    /// <summary>
    /// The current value and then each new one, also after the IOC was unavailable (see <see cref="ConnectionChanged"/>). Who is slow loses the oldest of
    /// those that wait.
    /// </summary>
    /// <param name="events">What counts as a change. Default: value and alarm.</param>
    /// <param name="capacity">How many values may wait. Default: 1000.</param>
    /// <param name="cancel">Ends the sequence.</param>
    public IAsyncEnumerable<PvUpdate> MonitorAsync(PvEvents events = PvEvents.Value | PvEvents.Alarm, int capacity = 1000, CancellationToken cancel = default) =>
        PvMonitor.ReadAsync(_client, Name, events, capacity, cancel);

    /// <summary>Gives the PV up.</summary>
    public void Dispose()
    {
        _client.Forget(this);
        _listening.Dispose();
    }

    void IPvListener.OnConnection(bool connected)
    {
        lock (_gate)
        {
            if (connected)
                _connected.TrySetResult();
            else if (_connected.Task.IsCompleted)
                _connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        ConnectionChanged?.Invoke(this, connected);
    }

    void IPvListener.OnUpdate(PvUpdate update)
    {
        // A PV asks for no monitor of its own.
    }

    internal void End() => _connected.TrySetException(new ObjectDisposedException(nameof(CaClient)));

    private async Task<T> DoAsync<T>(string what, Func<CaChannel, Task<T>> action, CancellationToken cancel)
    {
        await WaitConnectedAsync(cancel).ConfigureAwait(false);
        try
        {
            return await action(_listening.Channel!).ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            throw new UserErrorException($"{what} PV {Name}: {Host} does not answer within {_client.Options.Timeout.TotalSeconds:0.#} s", error);
        }
        catch (CaException error)
        {
            throw new UserErrorException($"{what} PV {Name} at {Host} failed: {error.Message}", error);
        }
    }
}
