using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hutch.Native.Ca;

/// <summary>
/// A context of libca with preemptive callbacks. libca ties calls to threads that are attached to a context; so one thread of ours makes them all, in
/// order, and hands what has gathered to the network (<c>ca_flush_io</c>) when nothing more waits. Callbacks come on threads of the library.
/// </summary>
public sealed unsafe class CaContext : IDisposable
{
    private static readonly Lock Gate = new();
    private static Action<string>? s_said;

    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly BlockingCollection<Action> _commands = [];
    private readonly Thread _thread;
    private readonly TaskCompletionSource _created = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasSearched;

    /// <summary>Creates a context.</summary>
    /// <param name="environment">
    /// Variables that libca is to read (<c>EPICS_CA_ADDR_LIST</c>, ...) instead of those of the process, for this context alone.
    /// </param>
    /// <param name="said">Gets what the library has to say beside its results; null: it is dropped.</param>
    /// <exception cref="MissingLibraryException">libca is not installed.</exception>
    /// <exception cref="CaException">The library refused.</exception>
    public CaContext(IReadOnlyDictionary<string, string>? environment = null, Action<string>? said = null)
    {
        _ = NativeLibraries.Load(NativeLibraries.Ca);
        _environment = environment ?? new Dictionary<string, string>();
        _thread = new Thread(() => Run(said)) { IsBackground = true, Name = "channel access" };
        _thread.UnsafeStart();
        _created.Task.GetAwaiter().GetResult();
    }

    /// <summary>Has something done on the context's thread, after all that was asked for before. What it throws goes nowhere.</summary>
    public void Post(Action command)
    {
        try
        {
            _commands.Add(command);
        }
        catch (InvalidOperationException)
        {
            // The context is gone, and its channels with it.
        }
    }

    /// <summary>Begins to look for a channel. Its listener hears when it is found.</summary>
    /// <param name="name">The PV's name.</param>
    /// <param name="listener">Who hears of it.</param>
    public CaChannel Open(string name, ICaListener listener)
    {
        var channel = new CaChannel(this, name, listener);
        Post(channel.Create);
        return channel;
    }

    /// <summary>Ends the context. Channels that are still open hear no more.</summary>
    public void Dispose()
    {
        if (_commands.IsAddingCompleted)
            return;
        _commands.CompleteAdding();
        if (Thread.CurrentThread != _thread)
            _thread.Join();
        _commands.Dispose();
    }

    internal static void Check(int status, string what)
    {
        if (status != CaCalls.Normal)
            throw new CaException(what, status);
    }

    /// <summary>Makes a channel, on the context's thread. libca reads where to search only with the first one.</summary>
    internal int Create(Func<int> create)
    {
        if (_hasSearched)
            return create();
        _hasSearched = true;
        return InEnvironment(create);
    }

    // The variables belong to the whole process, and libca reads them there; the runtime's own ones are a copy that it does not see.
    private T InEnvironment<T>(Func<T> call)
    {
        lock (Gate)
        {
            var before = _environment.Keys.Select(name => (Name: name, Value: Marshal.PtrToStringUTF8(CaCalls.GetEnvironment(name)))).ToList();
            foreach (var (name, value) in _environment)
                _ = CaCalls.SetEnvironment(name, value, 1);
            try
            {
                return call();
            }
            finally
            {
                foreach (var (name, value) in before)
                    _ = value is null ? CaCalls.UnsetEnvironment(name) : CaCalls.SetEnvironment(name, value, 1);
            }
        }
    }

    private void Run(Action<string>? said)
    {
        try
        {
            Check(InEnvironment(() => CaCalls.ca_context_create(CaCalls.PreemptiveCallbacks)), "a channel access context");
            s_said = said ?? s_said;
            _ = CaCalls.ca_add_exception_event(&OnException, 0);
            _ = CaCalls.ca_replace_printf_handler(&OnPrint);
        }
        catch (Exception error)
        {
            _created.SetException(error);
            return;
        }
        _created.SetResult();
        foreach (var command in _commands.GetConsumingEnumerable())
        {
            try
            {
                command();
            }
            catch (CaException)
            {
                // The caller got the error through the task or the listener of the channel.
            }
            if (_commands.Count == 0)
                _ = CaCalls.ca_flush_io();
        }
        CaCalls.ca_context_destroy();
    }

    // libca's own handler prints, and ends the process for what it deems fatal.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnException(CaExceptionArguments arguments)
    {
        var context = Marshal.PtrToStringUTF8((nint)arguments.Context);
        s_said?.Invoke($"{CaException.TextOf((int)arguments.Status)} ({context})");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnPrint(byte* format, nint arguments)
    {
        const int size = 1024;
        var text = stackalloc byte[size];
        var length = CaCalls.Format(text, size, format, arguments);
        if (length > 0 && s_said is { } said && Marshal.PtrToStringUTF8((nint)text)?.Trim() is { Length: > 0 } line)
            said(line);
        return length;
    }
}
