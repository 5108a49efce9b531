using System.Collections.Concurrent;
using System.Reflection;

namespace Hutch.Bus.Calls;

/// <summary>An interface whose methods are calls on the bus.</summary>
public class ClientProxy : DispatchProxy
{
    private readonly ConcurrentDictionary<MethodInfo, ProxyMethod> _methods = new();
    private Caller _caller = null!;
    private string _service = "";
    private CallOptions _options = CallOptions.Default;
    private ProxyMethod? _last;

    internal static T Create<T>(Caller caller, string service, CallOptions options)
        where T : class
    {
        if (!typeof(T).IsInterface)
            throw new ArgumentException($"{typeof(T).Name} is not an interface; a typed client must be one");
        object proxy = Create<T, ClientProxy>();
        var client = (ClientProxy)proxy;
        (client._caller, client._service, client._options) = (caller, service, options);
        return (T)proxy;
    }

    /// <summary>Makes the call for a method of the interface.</summary>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        ArgumentNullException.ThrowIfNull(targetMethod);
        // Most clients call the same method again and again.
        if (_last is not { } method || !ReferenceEquals(method.Of, targetMethod))
            _last = method = _methods.GetOrAdd(targetMethod, (m, service) => ProxyMethod.Create(m, service), _service);
        return method.Invoke(_caller, _options, args ?? []);
    }
}
