using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;

namespace Hutch.Services;

/// <summary>The tags of service classes, read once a class.</summary>
internal static class ServiceTypeTags
{
    private static readonly ConcurrentDictionary<Type, FrozenSet<string>> Known = new();

    public static FrozenSet<string> Of(Type type) => Known.GetOrAdd(type, static t =>
        t.GetCustomAttributes<TagsAttribute>(inherit: true).SelectMany(a => a.Tags).ToFrozenSet());
}
