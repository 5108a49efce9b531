using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace Hutch.Bus.Methods;

/// <summary>The methods that a class exposes: those named <c>On…</c>, and those that are marked.</summary>
internal sealed class MethodTable
{
    private readonly FrozenDictionary<string, MethodEntry> _methods;
    private readonly FrozenDictionary<string, MethodEntry>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly (byte[] Name, MethodEntry Method)[] _byUtf8;

    /// <summary>Finds and compiles the methods of a type.</summary>
    /// <param name="type">The service's class.</param>
    /// <param name="below">The base class whose own methods are not meant.</param>
    public MethodTable(Type type, Type? below = null)
    {
        var methods = new Dictionary<string, MethodEntry>();
        var own = below ?? typeof(object);
        foreach (var method in type.GetMethods(BindingFlags.Instance | BindingFlags.Public))
        {
            if (method.DeclaringType!.IsAssignableFrom(own) || method.GetBaseDefinition().DeclaringType!.IsAssignableFrom(own))
                continue;
            var marked = method.GetCustomAttribute<BusMethodAttribute>();
            if (marked is null && !IsByConvention(method.Name))
                continue;
            var name = marked?.Name ?? NameFor(method.Name);
            if (!methods.TryAdd(name, MethodCompiler.Compile(type, method, name, marked?.Description)))
                throw new UserErrorException($"{type.Name} exposes method {name} twice; give one of them another name with [BusMethod(\"...\")]");
        }
        _methods = methods.ToFrozenDictionary();
        _bySpan = _methods.GetAlternateLookup<ReadOnlySpan<char>>();
        _byUtf8 = [.. _methods.Values.Select(method => (Encoding.UTF8.GetBytes(method.Name), method))];
    }

    public IEnumerable<MethodEntry> All => _methods.Values;

    public MethodEntry? Find(string name) => _methods.GetValueOrDefault(name);

    /// <summary>The name that a JSON string holds, without making a new text for a name that is known.</summary>
    public string NameOf(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length > 128)
            return reader.GetString()!;
        Span<char> name = stackalloc char[128];
        var length = reader.CopyString(name);
        return _bySpan.TryGetValue(name[..length], out var method) ? method.Name : new string(name[..length]);
    }

    /// <summary>The method whose name these bytes are, or null.</summary>
    public MethodEntry? Find(ReadOnlySpan<byte> utf8)
    {
        foreach (var (name, method) in _byUtf8)
        {
            if (utf8.SequenceEqual(name))
                return method;
        }
        return null;
    }

    private static bool IsByConvention(string name) => name.Length > 2 && name.StartsWith("On", StringComparison.Ordinal) && char.IsUpper(name[2]);

    private static string NameFor(string name)
    {
        if (name.EndsWith("Async", StringComparison.Ordinal))
            name = name[..^"Async".Length];
        return JsonNamingPolicy.SnakeCaseLower.ConvertName(IsByConvention(name) ? name[2..] : name);
    }
}
