using System.CommandLine;
using Hutch.Bus.Requests;

namespace Hutch.Cli;

/// <summary><c>hutch request send TAG FILE</c>: sends one request and, if asked, waits for its end.</summary>
internal static class RequestSendCommand
{
    public static Command Create()
    {
        var tag = new Argument<string>("TAG") { Description = "The tag the service listens to." };
        var file = new Argument<string>("FILE") { Description = "The request, a JSON file; - reads standard input." };
        var bus = RequestCommand.BusOption();
        var timeout = RequestCommand.TimeoutOption("How long to wait for the bus and, with --wait, for the end of the request.");
        var wait = new Option<bool>("--wait") { Description = "Wait until every service that reported on it has finished it; exit code 1 if one failed." };
        var services = new Option<string[]>("--service") { Description = "With --wait: a service that must have finished it; may be repeated.", HelpName = "NAME" };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("send", "Send a request. Example: hutch request send psi.writer request.json --wait --timeout 60")
        {
            tag, file, bus, wait, services, timeout, json,
        };
        command.SetAction((options, _) => RequestCommand.RunAsync("hutch request send", options.GetValue(bus), options.GetValue(timeout), async (client, cancel) =>
        {
            var request = ReadRequest(options.GetValue(file)!);
            var needed = options.GetValue(services) ?? [];
            var aggregator = new StatusAggregator();
            if (options.GetValue(wait) || needed.Length > 0)
                await client.SubscribeAsync(aggregator.Add, cancel);
            var id = await client.SendJsonAsync(options.GetValue(tag)!, request, cancel: cancel);
            if (!options.GetValue(wait) && needed.Length == 0)
            {
                Console.WriteLine(options.GetValue(json) ? RequestOutput.Json(new { request_id = id }) : id);
                return 0;
            }
            if (!options.GetValue(json))
                Console.WriteLine(id);
            var progress = await aggregator.WaitForCompletionAsync(id, TimeSpan.FromSeconds(options.GetValue(timeout)), needed, CancellationToken.None);
            if (options.GetValue(json))
                Console.WriteLine(RequestOutput.Json(progress));
            else
                RequestOutput.Write(progress.Services.Values.Select(s => s[^1]));
            return progress.Succeeded ? 0 : 1;
        }));
        return command;
    }

    private static byte[] ReadRequest(string file)
    {
        try
        {
            if (file != "-")
                return File.ReadAllBytes(file);
            using var copy = new MemoryStream();
            using var input = Console.OpenStandardInput();
            input.CopyTo(copy);
            return copy.ToArray();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"request file {file} cannot be read: {error.Message}", error);
        }
    }
}
