using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Hutch.Services.Dependencies;

/// <summary>
/// Finds the services that an object holds, by looking into the fields that could hold one. A constructor parameter that
/// is used later and an automatic property are fields too. Which fields can is worked out once a type.
/// </summary>
internal static class ServiceReferences
{
    private static readonly ConcurrentDictionary<Type, FieldInfo[]> Fields = new();
    private static readonly ConcurrentDictionary<Type, bool> Holders = new();

    public static bool MayBeHeldBy(Type type) => FieldsOf(type).Length > 0;

    /// <summary>The services held by a service, and those declared, without itself and without repetition.</summary>
    public static IReadOnlyList<Service> Of(Service holder, Service[] declared)
    {
        var fields = FieldsOf(holder.GetType());
        if (fields.Length == 0)
            return declared;
        var found = new HashSet<Service>(declared);
        Collect(holder, fields, found);
        found.Remove(holder);
        return [.. found];
    }

    /// <summary>The services that a function uses: those it captured, and the one whose method it is.</summary>
    public static IReadOnlyList<Service> InClosure(Delegate function)
    {
        var found = new HashSet<Service>();
        foreach (var part in function.GetInvocationList())
        {
            if (part.Target is Service service)
                found.Add(service);
            else if (part.Target is { } closure)
                CollectClosure(closure, found);
        }
        return [.. found];
    }

    // A lambda in a nested block reaches the outer variables through a chain of closure objects.
    private static void CollectClosure(object closure, HashSet<Service> found)
    {
        Collect(closure, FieldsOf(closure.GetType()), found);
        foreach (var field in closure.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            if (field.FieldType.IsDefined(typeof(CompilerGeneratedAttribute)) && field.GetValue(closure) is { } outer && !ReferenceEquals(outer, closure))
                CollectClosure(outer, found);
        }
    }

    private static void Collect(object holder, FieldInfo[] fields, HashSet<Service> found)
    {
        foreach (var field in fields)
            CollectValue(field.GetValue(holder), found);
    }

    private static void CollectValue(object? value, HashSet<Service> found)
    {
        switch (value)
        {
            case Service service:
                found.Add(service);
                break;
            case IDictionary dictionary:
                foreach (var item in Copy(dictionary.Keys))
                    CollectValue(item, found);
                foreach (var item in Copy(dictionary.Values))
                    CollectValue(item, found);
                break;
            case ICollection or IEnumerable<Service>:
                foreach (var item in Copy((IEnumerable)value))
                    CollectValue(item, found);
                break;
        }
    }

    // Its owner may change a collection while it is read here; what it held at one moment is all that is asked for.
    private static List<object?> Copy(IEnumerable collection)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return [.. collection.Cast<object?>()];
            }
            catch (InvalidOperationException) when (attempt < 100)
            {
                Thread.Yield();
            }
        }
    }

    private static FieldInfo[] FieldsOf(Type type) => Fields.GetOrAdd(type, static leaf =>
    {
        var found = new List<FieldInfo>();
        for (var type = leaf; type is not null && type != typeof(Service) && type != typeof(AsyncService); type = type.BaseType)
        {
            const BindingFlags own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
            foreach (var field in type.GetFields(own))
            {
                if (Holders.GetOrAdd(field.FieldType, MayHold) && !IsExcluded(type, field))
                    found.Add(field);
            }
        }
        return [.. found];
    });

    private static bool IsExcluded(Type type, FieldInfo field)
    {
        if (field.IsDefined(typeof(NotADependencyAttribute)))
            return true;
        var end = field.Name.IndexOf(">k__BackingField", StringComparison.Ordinal);
        return end > 0 && type.GetProperty(field.Name[1..end], BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            ?.IsDefined(typeof(NotADependencyAttribute)) == true;
    }

    private static bool MayHold(Type type)
    {
        if (type.IsPrimitive || type.IsPointer || type == typeof(string) || type.IsSubclassOf(typeof(Delegate)))
            return false;
        if (type.IsAssignableTo(typeof(Service)) || type == typeof(object))
            return true;
        if (ElementTypes(type).ToList() is { Count: > 0 } elements)
            return elements.Exists(e => e != type && MayHold(e));
        // Where an interface of the framework is asked for, a service stands only to be disposed of or compared.
        var home = type.Namespace ?? "";
        return type.IsInterface && !home.StartsWith("System", StringComparison.Ordinal) && !home.StartsWith("Microsoft", StringComparison.Ordinal);
    }

    private static IEnumerable<Type> ElementTypes(Type type)
    {
        if (type.IsArray)
            return [type.GetElementType()!];
        return type.GetInterfaces().Append(type)
            .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            .Select(i => i.GetGenericArguments()[0])
            .SelectMany(e => e.IsGenericType && e.GetGenericTypeDefinition() == typeof(KeyValuePair<,>) ? e.GetGenericArguments() : [e]);
    }
}
