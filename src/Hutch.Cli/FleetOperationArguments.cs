using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Cli;

/// <summary>The options shared by the subcommands that work across a cluster.</summary>
internal static class FleetOperationArguments
{
    /// <summary>Makes such a subcommand.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="operation">What cluster-exec calls it.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="example">A command line.</param>
    /// <param name="symbols">Its own arguments, after the cluster.</param>
    /// <param name="parameters">Its own parameters of the call.</param>
    public static Command Command(string name, string operation, string description, string example, IEnumerable<Symbol> symbols, Func<ParseResult, object> parameters)
    {
        var cluster = FleetCall.KeyArgument("CLUSTER", "The cluster.");
        var batch = new Option<int?>("--batch") { Description = "How many hosts at a time. Default: batch_size of the configuration of cluster-exec, or 1.", HelpName = "N" };
        var check = new Option<string>("--check") { Description = "A command that must exit with 0 on each host of a batch before the next batch. Default: only log in.", DefaultValueFactory = _ => "", HelpName = "CMD" };
        var keepGoing = new Option<bool>("--keep-going") { Description = "Continue when a host fails, instead of stopping after its batch." };
        var later = new Option<bool>("--no-wait") { Description = "Print the id and exit; follow the progress with: hutch fleet operations show ID." };
        var json = FleetCall.JsonOption("Print one JSON object at the end: the operation with the output of each host.");
        return FleetCall.CreateLong(name, $"{description} Ctrl-C kills it; exit code 0: all hosts are done. Example: {example}", [cluster, .. symbols, batch, check, keepGoing, later, json], async (options, bus, records) =>
        {
            var call = JsonSerializer.SerializeToNode(parameters(options))!.AsObject();
            call["cluster_name"] = options.GetValue(cluster)!;
            call["operation"] = operation;
            call["check"] = options.GetValue(check)!;
            call["keep_going"] = options.GetValue(keepGoing);
            if (options.GetValue(batch) is { } size)
                call["batch_size"] = size;
            using var run = new FleetOperationRun(bus, records, options.GetValue(json));
            return await run.RunAsync(call, options.GetValue(later));
        });
    }
}
