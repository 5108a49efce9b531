using System.CommandLine;
using System.Text.Json.Nodes;
using Hutch.Hosting;
using Spectre.Console;

namespace Hutch.Cli;

/// <summary><c>hutch daq start</c>: starts an acquisition, and waits for its end with a progress bar if asked to.</summary>
internal static class DaqStartCommand
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    public static Command Create()
    {
        var server = new DaqConnection();
        var output = new Option<string>("--output", "-o") { Description = "The file to write, an absolute path on the writers' machine.", Required = true, HelpName = "FILE" };
        var images = new Option<int>("--images", "-n") { Description = "How many images.", Required = true, HelpName = "N" };
        var run = new Option<ulong?>("--run-id") { Description = "The id of the run.", HelpName = "ID" };
        var pvs = new Option<string[]>("--pv") { Description = "An EPICS PV whose values epics-recorder adds to the file; may be repeated.", HelpName = "NAME" };
        var sync = new Option<bool>("--sync") { Description = "Wait for the end; Ctrl-C stops the acquisition." };
        var command = new Command("start", "Start an acquisition. Example: hutch daq start --output /data/run.h5 --images 100 --sync") { output, images, run, pvs, sync };
        server.AddTo(command);
        command.SetAction(options => server.RunAsync("hutch daq start", options, async client =>
        {
            var body = new JsonObject { ["n_images"] = options.GetValue(images), ["output_file"] = options.GetValue(output) };
            if (options.GetValue(run) is { } id)
                body["run_id"] = id;
            if (options.GetValue(pvs) is { Length: > 0 } names)
                body["pvs"] = new JsonArray([.. names.Select(n => JsonValue.Create(n))]);
            var writer = (await RestClient.AskAsync(client, HttpMethod.Post, "writer/write_async", body).ConfigureAwait(false))["writer"];
            if (options.GetValue(sync))
                writer = await WaitAsync(client, writer, options.GetValue(images), server.WantsJson(options)).ConfigureAwait(false);
            if (server.WantsJson(options))
                DaqOutput.Print(writer);
            else
                Console.WriteLine(DaqOutput.Line(writer));
            return (string?)writer?["acquisition"]?["state"] == "FAILED" ? 1 : 0;
        }));
        return command;
    }

    private static async Task<JsonNode?> WaitAsync(HttpClient client, JsonNode? writer, int images, bool quiet)
    {
        using var stop = new CancellationTokenSource();
        using var signals = new StopSignals(stop.Cancel);
        var run = (ulong?)writer?["acquisition"]?["info"]?["run_id"];
        var bar = quiet || Console.IsOutputRedirected ? null : AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn());
        if (bar is null)
            return await FollowAsync(client, run, _ => { }, stop.Token).ConfigureAwait(false);
        return await bar.StartAsync(async shown =>
        {
            var task = shown.AddTask("waiting for images", maxValue: images);
            var last = await FollowAsync(client, run, status =>
            {
                task.Value = (double?)status?["acquisition"]?["stats"]?["n_write_completed"] ?? 0;
                task.Description = $"{task.Value:0} of {images} images";
            }, stop.Token).ConfigureAwait(false);
            task.StopTask();
            return last;
        }).ConfigureAwait(false);
    }

    // Another acquisition may have begun between two looks: then this one has ended.
    private static async Task<JsonNode?> FollowAsync(HttpClient client, ulong? run, Action<JsonNode?> show, CancellationToken stop)
    {
        JsonNode? mine = null;
        while (true)
        {
            var status = (await RestClient.AskAsync(client, HttpMethod.Get, "writer/status", null, CancellationToken.None).ConfigureAwait(false))["writer"];
            if ((ulong?)status?["acquisition"]?["info"]?["run_id"] != run)
                return mine ?? status;
            mine = status;
            show(status);
            if ((string?)status?["acquisition"]?["state"] is "FINISHED" or "FAILED")
                return status;
            if (stop.IsCancellationRequested)
                return (await RestClient.AskAsync(client, HttpMethod.Post, "writer/stop", new JsonObject(), CancellationToken.None).ConfigureAwait(false))["writer"];
            await Task.Delay(LookInterval, stop).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        }
    }
}
