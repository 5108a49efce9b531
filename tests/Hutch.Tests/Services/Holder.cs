using Hutch.Services;
using Hutch.Services.Dependencies;

namespace Hutch.Tests.Services;

internal interface IThing;

/// <summary>Holds other services in every way that a service can.</summary>
internal sealed class Holder(string name, Service? given = null, IThing? thing = null) : Counter(name), IThing
{
    public Service? Property { get; set; }

    public List<Counter> InList { get; } = [];

    public Service[] InArray { get; set; } = [];

    public Dictionary<string, Service> InDictionary { get; } = [];

    public IReadOnlyList<IThing> InInterface { get; set; } = [];

    [NotADependency]
    public Service? Owner { get; set; }

    public string Given => $"{given} {thing}";
}
