using System.Reflection;
using System.Text.Json;

namespace Hutch.Bus.Calls;

/// <summary>How a method of a client's interface becomes a call.</summary>
internal abstract class ProxyMethod
{
    private ArgumentWriter?[] _arguments = [];
    private JsonEncodedText _method;
    private int _token = -1;

    /// <summary>The method of the interface.</summary>
    public MethodInfo Of { get; private set; } = null!;

    protected string RoutingKey { get; private set; } = "";

    public static ProxyMethod Create(MethodInfo method, string service)
    {
        var name = CallNames.Of(method);
        var made = (ProxyMethod)Activator.CreateInstance(KindOf(method.ReturnType))!;
        made.Of = method;
        made._method = CallNames.Encode(name);
        made.RoutingKey = $"{service}.{name}";
        var parameters = method.GetParameters();
        made._arguments = [.. parameters.Select(ArgumentOf)];
        made._token = Array.FindIndex(parameters, p => p.ParameterType == typeof(CancellationToken));
        return made;
    }

    public object? Invoke(Caller caller, CallOptions options, object?[] arguments)
    {
        var request = RequestWriter.Rent();
        request.BeginCall(_method);
        for (var i = 0; i < _arguments.Length; i++)
            _arguments[i]?.Write(request, arguments[i]);
        request.End();
        var cancel = _token < 0 ? default : (CancellationToken)arguments[_token]!;
        return Send(caller, request, options, cancel);
    }

    protected abstract object? Send(Caller caller, RequestWriter request, CallOptions options, CancellationToken cancel);

    private static Type KindOf(Type returned)
    {
        if (returned == typeof(Task) || returned == typeof(ValueTask) || returned == typeof(void))
            return typeof(WithoutResult<>).MakeGenericType(returned == typeof(void) ? typeof(int) : returned);
        if (returned.IsGenericType)
        {
            var definition = returned.GetGenericTypeDefinition();
            var result = returned.GetGenericArguments()[0];
            if (definition == typeof(Task<>))
                return typeof(AsTask<>).MakeGenericType(result);
            if (definition == typeof(ValueTask<>))
                return typeof(AsValueTask<>).MakeGenericType(result);
            if (definition == typeof(IAsyncEnumerable<>))
                return typeof(AsStream<>).MakeGenericType(result);
        }
        return typeof(Waiting<>).MakeGenericType(returned);
    }

    // What the bus supplies to the service's method does not travel: an interface may be shared with the service.
    private static ArgumentWriter? ArgumentOf(ParameterInfo parameter)
    {
        if (parameter.ParameterType == typeof(CancellationToken) || parameter.ParameterType == typeof(BusMessage) || parameter.ParameterType == typeof(IBus))
            return null;
        var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Name!);
        return (ArgumentWriter)Activator.CreateInstance(typeof(ArgumentWriter<>).MakeGenericType(parameter.ParameterType), name)!;
    }

    private abstract class ArgumentWriter
    {
        public abstract void Write(RequestWriter request, object? value);
    }

    private sealed class ArgumentWriter<T>(string name) : ArgumentWriter
    {
        private readonly byte[] _name = RequestWriter.Encode(name);

        public override void Write(RequestWriter request, object? value) => request.Argument(_name, (T)value!);
    }

    private sealed class AsTask<T> : ProxyMethod
    {
        protected override object Send(Caller caller, RequestWriter request, CallOptions options, CancellationToken cancel) =>
            caller.CallAsync<T>(RoutingKey, request, options, cancel);
    }

    private sealed class AsValueTask<T> : ProxyMethod
    {
        protected override object Send(Caller caller, RequestWriter request, CallOptions options, CancellationToken cancel) =>
            new ValueTask<T>(caller.CallAsync<T>(RoutingKey, request, options, cancel));
    }

    private sealed class AsStream<T> : ProxyMethod
    {
        protected override object Send(Caller caller, RequestWriter request, CallOptions options, CancellationToken cancel) =>
            caller.StreamAsync<T>(RoutingKey, request, options, cancel);
    }

    private sealed class Waiting<T> : ProxyMethod
    {
        protected override object? Send(Caller caller, RequestWriter request, CallOptions options, CancellationToken cancel) =>
            caller.CallAsync<T>(RoutingKey, request, options, cancel).GetAwaiter().GetResult();
    }

    private sealed class WithoutResult<TReturned> : ProxyMethod
    {
        protected override object? Send(Caller caller, RequestWriter request, CallOptions options, CancellationToken cancel)
        {
            var done = caller.CallAsync<Nothing>(RoutingKey, request, options, cancel);
            if (typeof(TReturned) == typeof(Task))
                return done;
            if (typeof(TReturned) == typeof(ValueTask))
                return new ValueTask(done);
            done.GetAwaiter().GetResult();
            return null;
        }
    }
}
