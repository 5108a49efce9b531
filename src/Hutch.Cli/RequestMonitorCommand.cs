using System.CommandLine;
using Hutch.Bus.Requests;
using Hutch.Bus.Transports;
using Hutch.Hosting;
using Spectre.Console;

namespace Hutch.Cli;

/// <summary><c>hutch request monitor</c>: prints statuses as they come, or what is known of each request.</summary>
internal static class RequestMonitorCommand
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(250);

    public static Command Create()
    {
        var bus = RequestCommand.BusOption();
        var tag = new Option<string?>("--tag") { Description = "Only statuses of services that listen to this tag; * is one word, # any number of words.", HelpName = "TAG" };
        var aggregate = new Option<bool>("--aggregate") { Description = "Show the latest 100 requests with the latest status of each service, instead of every status." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object per line." };
        var timeout = RequestCommand.TimeoutOption("How long to wait for the bus at the start; if it is lost later, the command waits for it.");
        var command = new Command("monitor", "Watch the progress of requests until Ctrl-C. Example: hutch request monitor --tag 'psi.#' --aggregate")
        {
            bus, tag, aggregate, json, timeout,
        };
        command.SetAction((options, _) => RequestCommand.RunAsync("hutch request monitor", options.GetValue(bus), options.GetValue(timeout), async (client, cancel) =>
        {
            var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var signals = new StopSignals(() => stopped.TrySetResult());
            var pattern = options.GetValue(tag);
            var aggregator = new StatusAggregator();
            var live = options.GetValue(aggregate) && !options.GetValue(json) && AnsiConsole.Profile.Capabilities.Interactive;
            if (options.GetValue(aggregate) && !live)
                aggregator.Changed += progress => Print(progress, options.GetValue(json));
            await client.SubscribeAsync(
                status =>
                {
                    if (pattern is not null && !TopicPattern.Matches(pattern, status.Tag))
                        return;
                    if (options.GetValue(aggregate))
                        aggregator.Add(status);
                    else if (options.GetValue(json))
                        Console.WriteLine(RequestOutput.Json(status));
                    else
                        RequestOutput.Write([status], DateTimeOffset.Now);
                },
                cancel);
            if (live)
                await ShowAsync(aggregator, stopped.Task);
            await stopped.Task;
            return 0;
        }));
        return command;
    }

    private static void Print(RequestProgress progress, bool json)
    {
        if (json)
            Console.WriteLine(RequestOutput.Json(progress));
        else
            AnsiConsole.MarkupLine($"{RequestOutput.Escape(progress.RequestId)}  {RequestOutput.Services(progress)}");
    }

    private static Task ShowAsync(StatusAggregator aggregator, Task stopped) => AnsiConsole.Live(TableOf(aggregator)).StartAsync(async display =>
    {
        while (!stopped.IsCompleted)
        {
            display.UpdateTarget(TableOf(aggregator));
            await Task.WhenAny(stopped, Task.Delay(RefreshInterval));
        }
    });

    private static Table TableOf(StatusAggregator aggregator)
    {
        var table = new Table().AddColumns("request", "services");
        var room = Math.Max(1, AnsiConsole.Profile.Height - 5);
        foreach (var progress in aggregator.Requests.TakeLast(room))
            table.AddRow(RequestOutput.Escape(progress.RequestId), RequestOutput.Services(progress));
        return table;
    }
}
