using System.Reflection;

namespace Hutch.Bus.Methods;

/// <summary>A method of a service, ready to be called.</summary>
internal sealed class MethodEntry
{
    public required string Name { get; init; }

    public required MethodInfo Method { get; init; }

    public required MethodParameter[] Parameters { get; init; }

    /// <summary>Reads the arguments, calls the method and writes its result.</summary>
    public required Func<object, MethodCall, ValueTask> Invoke { get; init; }

    /// <summary>The exceptions that may travel as they are, the method's own before its class's.</summary>
    public required BusErrorAttribute[] Errors { get; init; }

    /// <summary>Whether the method wants to know when its caller no longer waits.</summary>
    public required bool TakesCancellation { get; init; }

    /// <summary>Whether it gives a series of items rather than one result.</summary>
    public required bool Streams { get; init; }

    public string? Description { get; init; }

    public MethodStatistics Statistics { get; } = new();

    /// <summary>The declaration that covers an exception, or null: then it travels masked.</summary>
    public BusErrorAttribute? DeclarationOf(Exception error) => Array.Find(Errors, e => e.Exception.IsInstanceOfType(error));
}
