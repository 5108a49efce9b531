using System.Reflection;

namespace Hutch.Installation.Classes;

/// <summary>A static method of the user's that takes its arguments as a string array, and perhaps a token that asks it to end.</summary>
public static class UserMethod
{
    /// <summary>Finds a method.</summary>
    /// <param name="name">Type.Method, the type with or without its namespace.</param>
    /// <param name="assembly">The path of its assembly.</param>
    /// <exception cref="UserErrorException">There is no such method, or it cannot be called with an array of texts.</exception>
    public static MethodInfo Find(string name, string assembly)
    {
        ArgumentNullException.ThrowIfNull(name);
        var dot = name.LastIndexOf('.');
        if (dot <= 0 || dot == name.Length - 1)
            throw new UsageErrorException($"'{name}' is not the name of a static method; give {assembly}:TYPE.METHOD");
        var type = UserAssembly.FindType(UserAssembly.Load(assembly), name[..dot]);
        var all = type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly);
        var named = all.Where(m => m.Name == name[(dot + 1)..]).ToList();
        if (named.Count == 0)
            throw new UserErrorException($"{type} has no static method {name[(dot + 1)..]}; it has: {string.Join(", ", all.Select(m => m.Name).Distinct())}");
        return named.Find(CanBeCalled)
            ?? throw new UserErrorException($"{type}.{named[0].Name} cannot be a service: it must take (string[]) or (string[], CancellationToken) and return void, int, Task or Task<int>");
    }

    private static bool CanBeCalled(MethodInfo method)
    {
        var parameters = method.GetParameters().Select(p => p.ParameterType).ToArray();
        return (parameters.SequenceEqual([typeof(string[])]) || parameters.SequenceEqual([typeof(string[]), typeof(CancellationToken)]))
            && (method.ReturnType == typeof(void) || method.ReturnType == typeof(int) || method.ReturnType == typeof(Task) || method.ReturnType == typeof(Task<int>));
    }
}
