using System.Reflection;
using System.Runtime.Loader;

namespace Hutch.Installation.Classes;

/// <summary>An assembly file of the user's.</summary>
internal static class UserAssembly
{
    /// <exception cref="UserErrorException">There is none, or it is not one.</exception>
    public static Assembly Load(string path)
    {
        if (!Path.IsPathFullyQualified(path))
            throw new UsageErrorException($"the assembly is the relative path {path}, but a service starts in another folder: give {Path.GetFullPath(path)}");
        if (!File.Exists(path))
            throw new UserErrorException($"there is no assembly {path}; build it, or give the path of its .dll");
        try
        {
            var resolver = new AssemblyDependencyResolver(path);
            AssemblyLoadContext.Default.Resolving += (context, wanted) =>
                resolver.ResolveAssemblyToPath(wanted) is { } found ? context.LoadFromAssemblyPath(found) : null;
            return AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
        }
        catch (Exception error) when (error is BadImageFormatException or FileLoadException or InvalidOperationException)
        {
            throw new UserErrorException($"{path} cannot be used as an assembly: {error.Message}; give the .dll that 'dotnet build' makes", error);
        }
    }

    /// <summary>Finds a type by its full name, or by its own if only one is called so.</summary>
    /// <exception cref="UserErrorException">There is none, or more than one.</exception>
    public static Type FindType(Assembly assembly, string name)
    {
        Type[] types;
        try
        {
            types = assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException error)
        {
            throw new UserErrorException($"{assembly.Location} cannot be loaded completely:  {error.LoaderExceptions.FirstOrDefault()?.Message ?? error.Message}", error);
        }
        var found = types.Where(t => t.FullName == name).ToList();
        if (found.Count == 0)
            found = [.. types.Where(t => t.Name == name)];
        return found.Count switch
        {
            1 => found[0],
            0 => throw new UserErrorException($"there is no type {name} in {assembly.Location}; "
                + Choices.Among("public types", types.Where(t => t.IsPublic).Select(t => t.FullName!).Order(StringComparer.Ordinal).Take(20))),
            _ => throw new UserErrorException($"{name} is the name of {string.Join(" and ", found.Select(t => t.FullName))} in {assembly.Location}; give the namespace too"),
        };
    }
}
