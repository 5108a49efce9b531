using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Beamline;

/// <summary>The programs that a beamline file can name.</summary>
public interface IProgramSource
{
    /// <summary>Their names.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Whether the value of an option of one, as the command line has it, is the path of a file or folder (<c>--tokens FILE</c>).</summary>
    bool TakesPath(string program, string option);

    /// <summary>The command line that runs one: executable first.</summary>
    IReadOnlyList<string> CommandLine(string program, IReadOnlyList<string> arguments);

    /// <summary>The errors in the arguments of one.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments, with the values of variables.</param>
    /// <param name="folder">Where the program is to start, to look also for what the arguments name (a configuration file); null looks for nothing.</param>
    IReadOnlyList<string> Check(string program, IReadOnlyList<string> arguments, string? folder);

    /// <summary>
    /// Checks a beamline file and everything it names, in a separate process: a process that runs services can neither change its
    /// folder nor forget an assembly.
    /// </summary>
    /// <exception cref="UserErrorException">There are errors.</exception>
    Task CheckApartAsync(string path);

    /// <summary>Makes the services of one.</summary>
    /// <exception cref="UserErrorException">An option is invalid.</exception>
    IReadOnlyList<Service> Create(string program, IReadOnlyList<string> arguments, ILoggerFactory loggers);
}
