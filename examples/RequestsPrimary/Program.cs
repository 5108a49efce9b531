// A primary service: counts down when it is asked to, and stops counting when the request is killed.
//   dotnet run --project examples/RequestsPrimary -- --bus-uri amqp://127.0.0.1 [--store redis://127.0.0.1]
//   echo '{"seconds": 5}' | ./hutch request send example.countdown - --wait
using System.CommandLine;
using Hutch.Bus.Requests;
using Hutch.Bus.Transports;
using Hutch.Hosting;
using Microsoft.Extensions.Logging;

var tag = new Option<string>("--tag") { Description = "The tag to listen to", DefaultValueFactory = _ => "example.countdown" };
return ServiceProgram.Run(args, new StartupDefaults { ServiceName = "countdown" }, setup =>
{
    var logger = setup.Loggers.CreateLogger(setup.ServiceName);
    var options = new RequestServiceOptions { Tag = setup.Arguments!.GetValue(tag)!, Journal = setup.Store };
    return [new PrimaryService(Transport.Open(setup.BusUri, logger), setup.ServiceName, new Countdown(logger), options, logger)];
}, tag);

internal sealed class Countdown(ILogger logger) : IRequestHandler
{
    public async Task<object?> OnRequest(string requestId, Request request, CancellationToken kill)
    {
        var seconds = request.Read<CountdownRequest>().Seconds;
        for (var left = seconds; left > 0; left--)
        {
            logger.LogInformation("{Left} s left", left);
            await Task.Delay(TimeSpan.FromSeconds(1), kill);
        }
        return $"counted {seconds} s";
    }

    public void OnKill(string requestId) => logger.LogInformation("somebody wants {RequestId} killed", requestId);
}

internal sealed record CountdownRequest(int Seconds);
