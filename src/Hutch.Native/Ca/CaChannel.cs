using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Hutch.Native.Ca;

/// <summary>A channel of libca: a PV by its name, wherever it is. Its methods return at once.</summary>
public sealed unsafe class CaChannel : IDisposable
{
    private const int NoSubscription = -1;
    private const int LongestHost = 256;

    private readonly CaContext _context;
    private readonly ICaListener _listener;
    private readonly ConcurrentDictionary<CaOperation, bool> _operations = new();
    private GCHandle _self;
    private nint _channel;
    private nint _subscription;
    private int _subscribedType = NoSubscription;
    private int _disposed;

    internal CaChannel(CaContext context, string name, ICaListener listener)
    {
        (_context, Name, _listener) = (context, name, listener);
    }

    /// <summary>The PV's name.</summary>
    public string Name { get; }

    /// <summary>Whether it is connected.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>The PV's own type (0 to 6, as in <c>db_access.h</c>); -1 before it was connected.</summary>
    public int NativeType { get; private set; } = -1;

    /// <summary>The PV's largest number of elements.</summary>
    public int ElementCount { get; private set; }

    /// <summary>Whether this client may put.</summary>
    public bool CanWrite { get; private set; }

    /// <summary>The server's host and port; "" before it was connected.</summary>
    public string Host { get; private set; } = "";

    /// <summary>Begins to monitor, as structures with a time stamp (DBR_TIME) of the PV's own type and present number of elements. Does nothing unless connected.</summary>
    /// <param name="mask">DBE_VALUE 1, DBE_LOG 2, DBE_ALARM 4, DBE_PROPERTY 8.</param>
    public void Subscribe(int mask) => _context.Post(() =>
    {
        // A server that comes back may have another type; the library would go on with the old one.
        if (_channel == 0 || !IsConnected || _subscribedType == NativeType)
            return;
        Unsubscribe();
        const int time = 14;
        var status = CaCalls.ca_create_subscription(time + NativeType, 0, _channel, mask, &OnEvent, GCHandle.ToIntPtr(_self), out _subscription);
        if (status == CaCalls.Normal)
            _subscribedType = NativeType;
        else
            _listener.OnFailure(this, status);
    });

    /// <summary>Ends the monitor.</summary>
    public void StopMonitor() => _context.Post(Unsubscribe);

    /// <summary>Reads the value.</summary>
    /// <param name="dbrType">The DBR type wanted.</param>
    /// <param name="read">Makes the result of the structure: type, elements, and memory that is valid during the call.</param>
    /// <param name="count">How many elements; 0: those that there are.</param>
    /// <returns>The result, or a <see cref="CaException"/>.</returns>
    public Task<T> GetAsync<T>(int dbrType, CaReader<T> read, int count = 0)
    {
        var operation = new CaGet<T>(this, read);
        Begin(operation, $"reading {Name}", user => CaCalls.ca_array_get_callback(dbrType, (nuint)count, _channel, &OnOperation, user));
        return operation.Task;
    }

    /// <summary>Puts a value and waits until the server has done what the put entails.</summary>
    /// <param name="dbrType">A plain type, 0 to 6.</param>
    /// <param name="count">The number of elements.</param>
    /// <param name="value">The elements, in the order of bytes of this machine.</param>
    public Task PutAsync(int dbrType, int count, ReadOnlyMemory<byte> value)
    {
        var operation = new CaPut(this);
        Begin(operation, $"putting {Name}", user =>
        {
            fixed (byte* bytes = value.Span)
                return CaCalls.ca_array_put_callback(dbrType, (nuint)count, _channel, bytes, &OnOperation, user);
        });
        return operation.Task;
    }

    /// <summary>Gives the channel up. What is still asked for fails.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _context.Post(Clear);
    }

    internal void Create()
    {
        _self = GCHandle.Alloc(this);
        var status = _context.Create(() => CaCalls.ca_create_channel(Name, &OnConnection, GCHandle.ToIntPtr(_self), 0, out _channel));
        if (status == CaCalls.Normal)
            return;
        _channel = 0;
        _self.Free();
        _listener.OnFailure(this, status);
    }

    internal void Forget(CaOperation operation) => _operations.TryRemove(operation, out _);

    private void Begin(CaOperation operation, string what, Func<nint, int> begin)
    {
        operation.What = what;
        _context.Post(() =>
        {
            const int disconnected = 192;
            if (_channel == 0 || !IsConnected)
            {
                operation.Fail(disconnected);
                return;
            }
            _operations[operation] = true;
            operation.Handle = GCHandle.Alloc(operation);
            var status = begin(GCHandle.ToIntPtr(operation.Handle));
            if (status == CaCalls.Normal)
                return;
            operation.Handle.Free();
            Forget(operation);
            operation.Fail(status);
        });
    }

    private void Unsubscribe()
    {
        if (_subscribedType != NoSubscription)
            _ = CaCalls.ca_clear_subscription(_subscription);
        _subscribedType = NoSubscription;
    }

    private void Clear()
    {
        if (_channel == 0)
            return;
        // No callback runs any more when this returns.
        _ = CaCalls.ca_clear_channel(_channel);
        _channel = 0;
        IsConnected = false;
        _self.Free();
        foreach (var operation in _operations.Keys)
        {
            operation.Handle.Free();
            Forget(operation);
            const int destroyed = 472;   // ECA_CHANDESTROY
            operation.Fail(destroyed);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnConnection(CaConnectionArguments arguments)
    {
        var channel = (CaChannel)GCHandle.FromIntPtr(CaCalls.ca_puser(arguments.Channel)).Target!;
        var up = arguments.Operation == CaCalls.ConnectionUp;
        if (up)
        {
            var host = stackalloc byte[LongestHost];
            CaCalls.ca_get_host_name(arguments.Channel, host, LongestHost);
            channel.Host = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(host));
            channel.NativeType = CaCalls.ca_field_type(arguments.Channel);
            channel.ElementCount = (int)CaCalls.ca_element_count(arguments.Channel);
            channel.CanWrite = CaCalls.ca_write_access(arguments.Channel) != 0;
        }
        channel.IsConnected = up;
        channel._listener.OnConnection(channel, up);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnEvent(CaEventArguments arguments)
    {
        var channel = (CaChannel)GCHandle.FromIntPtr(arguments.User).Target!;
        if (arguments.Status == CaCalls.Normal && arguments.Value is not null)
            channel._listener.OnValue(channel, (int)arguments.Type, (int)arguments.Count, CaOperation.Structure(arguments));
        else
            channel._listener.OnFailure(channel, arguments.Status);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnOperation(CaEventArguments arguments)
    {
        var handle = GCHandle.FromIntPtr(arguments.User);
        var operation = (CaOperation)handle.Target!;
        handle.Free();
        operation.Channel.Forget(operation);
        if (arguments.Status == CaCalls.Normal)
            operation.Finish(arguments);
        else
            operation.Fail(arguments.Status);
    }
}
