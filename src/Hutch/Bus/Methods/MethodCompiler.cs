using System.Linq.Expressions;
using System.Reflection;

namespace Hutch.Bus.Methods;

/// <summary>
/// Makes a delegate of a method that reads the arguments from the request and writes the result to the reply: compiled
/// once, so that a call costs neither reflection nor boxing.
/// </summary>
internal static class MethodCompiler
{
    public static MethodEntry Compile(Type type, MethodInfo method, string name, string? description)
    {
        if (method.IsGenericMethodDefinition)
            throw new UserErrorException($"{type.Name}.{method.Name} is generic; a method on the bus has fixed types");
        var target = Expression.Parameter(typeof(object), "target");
        var call = Expression.Parameter(typeof(MethodCall), "call");
        var nullability = new NullabilityInfoContext();
        var parameters = new List<MethodParameter>();
        var arguments = new List<Expression>();
        foreach (var parameter in method.GetParameters())
        {
            if (parameter.ParameterType.IsByRef)
                throw new UserErrorException($"{type.Name}.{method.Name}: parameter {parameter.Name} is by reference; a method on the bus takes values");
            if (Supplied(parameter.ParameterType, call) is { } supplied)
            {
                arguments.Add(supplied);
                continue;
            }
            var described = new MethodParameter(parameter, parameters.Count, TakesNull(nullability, parameter));
            parameters.Add(described);
            arguments.Add(Read(call, parameter, described));
        }
        var invoked = Expression.Call(Expression.Convert(target, method.DeclaringType!), method, arguments);
        var (body, streams) = Finish(call, invoked, method.ReturnType);
        return new MethodEntry
        {
            Name = name,
            Method = method,
            Description = description,
            Parameters = [.. parameters],
            Invoke = Expression.Lambda<Func<object, MethodCall, ValueTask>>(body, target, call).Compile(),
            Errors = [.. method.GetCustomAttributes<BusErrorAttribute>(), .. type.GetCustomAttributes<BusErrorAttribute>()],
            TakesCancellation = streams || method.GetParameters().Any(p => p.ParameterType == typeof(CancellationToken) || p.ParameterType == typeof(BusMessage)),
            Streams = streams,
        };
    }

    /// <summary>What the bus supplies and callers do not give.</summary>
    private static MemberExpression? Supplied(Type type, ParameterExpression call) =>
        type == typeof(BusMessage) ? Expression.Property(call, nameof(MethodCall.Message))
        : type == typeof(CancellationToken) ? Expression.Property(call, nameof(MethodCall.Cancelled))
        : type == typeof(IBus) ? Expression.Property(call, nameof(MethodCall.Bus))
        : null;

    private static bool TakesNull(NullabilityInfoContext nullability, ParameterInfo parameter) =>
        parameter.ParameterType.IsValueType
            ? Nullable.GetUnderlyingType(parameter.ParameterType) is not null || parameter.ParameterType == typeof(System.Text.Json.JsonElement)
            : nullability.Create(parameter).WriteState != NullabilityState.NotNull;

    private static MethodCallExpression Read(ParameterExpression call, ParameterInfo parameter, MethodParameter described)
    {
        var type = parameter.ParameterType;
        // A default of a struct, such as default(CancellationToken), is recorded as null.
        var value = parameter.HasDefaultValue && parameter.DefaultValue is { } given
            ? Expression.Convert(Expression.Constant(type.IsEnum ? Enum.ToObject(type, given) : given), type)
            : (Expression)Expression.Default(type);
        return Expression.Call(call, nameof(MethodCall.Read), [type], Expression.Constant(described), value);
    }

    private static (Expression Body, bool Streams) Finish(ParameterExpression call, MethodCallExpression invoked, Type returned)
    {
        if (returned == typeof(void))
            return (Expression.Block(invoked, Expression.Call(call, nameof(MethodCall.Finish), null)), false);
        if (returned == typeof(Task) || returned == typeof(ValueTask))
            return (Expression.Call(call, nameof(MethodCall.FinishAsync), null, invoked), false);
        if (returned.IsGenericType)
        {
            var definition = returned.GetGenericTypeDefinition();
            var result = returned.GetGenericArguments()[0];
            if (definition == typeof(Task<>) || definition == typeof(ValueTask<>))
                return (Expression.Call(call, nameof(MethodCall.FinishAsync), [result], invoked), false);
            if (definition == typeof(IAsyncEnumerable<>))
                return (Expression.Call(call, nameof(MethodCall.StreamAsync), [result], invoked), true);
        }
        return (Expression.Call(call, nameof(MethodCall.Finish), [returned], invoked), false);
    }
}
