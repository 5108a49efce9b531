using System.CommandLine;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Hosting;

/// <summary>
/// A service that ships with Hutch and has a command line: <c>hutch run NAME [options]</c>. The same options mean the
/// same when the program is run, declared in a beamline file, or installed.
/// </summary>
public abstract class HutchProgram
{
    /// <summary>The name after <c>hutch run</c>: lower case, words joined by hyphens.</summary>
    public abstract string Name { get; }

    /// <summary>One sentence for the list of programs.</summary>
    public abstract string Description { get; }

    /// <summary>One complete command line, shown by <c>--help</c>.</summary>
    public abstract string Example { get; }

    /// <summary>Adds the program's options to its command.</summary>
    public abstract void AddOptions(Command command);

    /// <summary>Makes the services of the program, in the order in which they are to start.</summary>
    /// <exception cref="UserErrorException">An option or a configuration is invalid.</exception>
    public abstract IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers);

    /// <summary>
    /// Finds out whether the options are right, before the program is installed for good. Default: makes the services and throws
    /// them away. A program whose making reaches out to others (a broker, a store) overrides it.
    /// </summary>
    /// <exception cref="UserErrorException">An option or a configuration is invalid.</exception>
    public virtual void Check(ParseResult options, ILoggerFactory loggers)
    {
        foreach (var service in CreateServices(options, loggers))
            service.Dispose();
    }

    /// <summary>One line that says what the services did, printed when they have ended; null prints nothing.</summary>
    public virtual string? Summary(IReadOnlyList<Service> services) => null;
}
