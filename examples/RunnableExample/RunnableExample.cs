using System.CommandLine;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Examples;

/// <summary>
/// A program of your own, with its own command line. Install it, and start it:
/// <code>
/// hutch install RunnableExample=/path/to/RunnableExample.dll /path/to/output --service-name RunnableExampleServiceTest
/// hutch manage RunnableExampleServiceTest start
/// hutch manage RunnableExampleServiceTest stop_and_remove
/// </code>
/// </summary>
public sealed class RunnableExample : HutchProgram
{
    private readonly Argument<DirectoryInfo> _output = new("OUTPUT_DIR") { Description = "The folder of the file that is written." };
    private readonly Option<int> _lines = new("--lines") { Description = "How many lines to write.", DefaultValueFactory = _ => 5 };

    /// <inheritdoc/>
    public override string Name => "RunnableExample";

    /// <inheritdoc/>
    public override string Description => "Writes lines with the time to a file, one a second.";

    /// <inheritdoc/>
    public override string Example => "hutch install RunnableExample=/path/to/RunnableExample.dll /path/to/output --service-name RunnableExampleServiceTest";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        command.Arguments.Add(_output);
        command.Options.Add(_lines);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        var file = Path.Combine(options.GetValue(_output)!.FullName, "runnable_example_service_test.txt");
        return [new LineWriter("lines", file, options.GetValue(_lines))];
    }
}
