using System.CommandLine;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Hutch.Hosting;

namespace Hutch.Cli;

/// <summary><c>hutch daq status</c>: what the writers do, once or as it changes.</summary>
internal static class DaqStatusCommand
{
    public static Command Create()
    {
        var server = new DaqConnection();
        var follow = new Option<bool>("--follow", "-f") { Description = "Keep printing changes until Ctrl-C." };
        var command = new Command("status", "Show what the writers are doing. Example: hutch daq status --follow") { follow };
        server.AddTo(command);
        command.SetAction(options => server.RunAsync("hutch daq status", options, async client =>
        {
            var json = server.WantsJson(options);
            if (options.GetValue(follow))
                return await FollowAsync(client, json).ConfigureAwait(false);
            var writer = (await RestClient.AskAsync(client, HttpMethod.Get, "writer/status").ConfigureAwait(false))["writer"];
            if (json)
                DaqOutput.Print(writer);
            else
                Console.WriteLine(DaqOutput.Line(writer));
            return 0;
        }));
        return command;
    }

    private static async Task<int> FollowAsync(HttpClient client, bool json)
    {
        using var stop = new CancellationTokenSource();
        using var signals = new StopSignals(stop.Cancel);
        try
        {
            using var response = await client.GetAsync("api/v1/events?type=writer", HttpCompletionOption.ResponseHeadersRead, stop.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw new UserErrorException($"the server answered {(int)response.StatusCode} {response.ReasonPhrase}");
            using var stream = await response.Content.ReadAsStreamAsync(stop.Token).ConfigureAwait(false);
            await foreach (var told in SseParser.Create(stream).EnumerateAsync(stop.Token).ConfigureAwait(false))
            {
                if (told.EventType == "writer")
                    Console.WriteLine(json ? told.Data : $"{DateTimeOffset.Now:HH:mm:ss.f}  {DaqOutput.Line(JsonNode.Parse(told.Data))}");
            }
            throw new UserErrorException("the server closed the stream");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (IOException error)
        {
            throw new UserErrorException($"the connection to the server was lost: {error.Message}", error);
        }
    }
}
