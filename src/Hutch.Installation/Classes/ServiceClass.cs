using Hutch.Hosting;
using Hutch.Services;

namespace Hutch.Installation.Classes;

/// <summary>A class of the user's that can be a unit: a program (<see cref="HutchProgram"/>), or a service with a constructor to be filled.</summary>
public static class ServiceClass
{
    /// <summary>Finds a class.</summary>
    /// <param name="name">Its name, with or without its namespace.</param>
    /// <param name="assembly">The path of its assembly.</param>
    /// <exception cref="UserErrorException">There is no such class, or it is no service.</exception>
    public static HutchProgram Find(string name, string assembly)
    {
        var type = UserAssembly.FindType(UserAssembly.Load(assembly), name);
        if (!type.IsAbstract && type.IsSubclassOf(typeof(Service)))
            return new ServiceTypeProgram(type);
        if (type.IsAbstract || !type.IsSubclassOf(typeof(HutchProgram)))
        {
            throw new UserErrorException($"{type} is not a service: derive it from {typeof(Service)} or {typeof(HutchProgram)}, and do not make it abstract; "
                + $"a static method is installed as {assembly}:{type.Name}.METHOD");
        }
        return type.GetConstructor(Type.EmptyTypes) is { } constructor
            ? (HutchProgram)constructor.Invoke(null)
            : throw new UserErrorException($"{type} has no public constructor without parameters; give it one");
    }
}
