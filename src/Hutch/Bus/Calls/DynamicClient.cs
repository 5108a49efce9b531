using System.Dynamic;
using System.Text.Json;

namespace Hutch.Bus.Calls;

/// <summary>A service whose methods are found at the call: <c>await client.add(x: 1, y: 2)</c>.</summary>
internal sealed class DynamicClient(IBus bus, string service, CallOptions? options) : DynamicObject
{
    public override bool TryInvokeMember(InvokeMemberBinder binder, object?[]? args, out object? result)
    {
        args ??= [];
        var names = binder.CallInfo.ArgumentNames;
        if (names.Count > 0 && names.Count < args.Length)
            throw new ArgumentException($"{service}.{binder.Name}: give all parameters by name or none");
        object? parameters = names.Count == 0
            ? args.Length == 0 ? null : args
            : names.Zip(args).ToDictionary(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.First), p => p.Second);
        result = bus.CallAsync<JsonElement>($"{service}.{CallNames.Of(binder.Name)}", parameters, options);
        return true;
    }
}
