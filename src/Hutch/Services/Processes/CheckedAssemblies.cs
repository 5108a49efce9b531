using System.Reflection;
using System.Runtime.Loader;

namespace Hutch.Services.Processes;

/// <summary>An assembly with those it needs, loaded to be looked into and then given up. What this process has already is shared, so that a service type is one.</summary>
internal sealed class CheckedAssemblies(string file) : AssemblyLoadContext(isCollectible: true)
{
    private readonly AssemblyDependencyResolver _resolver = new(file);

    protected override Assembly? Load(AssemblyName assemblyName) =>
        Default.Assemblies.Any(a => a.GetName().Name == assemblyName.Name) || _resolver.ResolveAssemblyToPath(assemblyName) is not { } path
            ? null
            : LoadFromAssemblyPath(path);
}
