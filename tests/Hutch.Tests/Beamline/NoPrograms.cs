using Hutch.Beamline;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Tests.Beamline;

/// <summary>One program that does nothing, and has no option <c>--bad</c>.</summary>
internal sealed class NoPrograms : IProgramSource
{
    public IReadOnlyList<string> Names => ["known"];

    /// <summary>The option whose value is a path; null if none is.</summary>
    public string? PathOption { get; init; }

    public bool TakesPath(string program, string option) => option == PathOption;

    public IReadOnlyList<string> CommandLine(string program, IReadOnlyList<string> arguments) => ["true"];

    public IReadOnlyList<string> Check(string program, IReadOnlyList<string> arguments, string? folder) => arguments.Contains("--bad") ? ["--bad is not right"] : [];

    public Task CheckApartAsync(string path) => Task.CompletedTask;

    public IReadOnlyList<Service> Create(string program, IReadOnlyList<string> arguments, ILoggerFactory loggers) => [];
}
