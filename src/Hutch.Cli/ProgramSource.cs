using System.CommandLine;
using Hutch.Beamline;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Cli;

/// <summary>The programs of <c>hutch run</c>, for beamline files.</summary>
internal sealed class ProgramSource : IProgramSource
{
    private readonly Lazy<Command> _run = new(RunCommand.Create);

    public IReadOnlyList<string> Names { get; } = [.. Programs.All.Select(p => p.Name)];

    public IReadOnlyList<string> CommandLine(string program, IReadOnlyList<string> arguments) => [Environment.ProcessPath!, "run", program, .. arguments];

    public IReadOnlyList<string> Check(string program, IReadOnlyList<string> arguments) => [.. Parse(program, arguments).Errors.Select(e => e.Message)];

    public IReadOnlyList<Service> Create(string program, IReadOnlyList<string> arguments, ILoggerFactory loggers) =>
        Programs.All.Single(p => p.Name == program).CreateServices(Parse(program, arguments), loggers);

    private ParseResult Parse(string program, IReadOnlyList<string> arguments) => _run.Value.Parse([program, .. arguments]);
}
