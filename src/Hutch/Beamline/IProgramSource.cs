using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Beamline;

/// <summary>The programs that a beamline file can name.</summary>
public interface IProgramSource
{
    /// <summary>Their names.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>The command line that runs one: executable first.</summary>
    IReadOnlyList<string> CommandLine(string program, IReadOnlyList<string> arguments);

    /// <summary>What is wrong with the arguments of one.</summary>
    IReadOnlyList<string> Check(string program, IReadOnlyList<string> arguments);

    /// <summary>Makes the services of one.</summary>
    /// <exception cref="UserErrorException">An option is wrong.</exception>
    IReadOnlyList<Service> Create(string program, IReadOnlyList<string> arguments, ILoggerFactory loggers);
}
