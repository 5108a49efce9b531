// A post-processing service: looks at what the primary service did, and only if that went well.
//   dotnet run --project examples/RequestsPostProcessing -- --bus-uri amqp://127.0.0.1 --primary countdown
using System.CommandLine;
using Hutch.Bus.Requests;
using Hutch.Bus.Transports;
using Hutch.Hosting;
using Microsoft.Extensions.Logging;

var primary = new Option<string>("--primary") { Description = "The name of the primary service", DefaultValueFactory = _ => "countdown" };
return ServiceProgram.Run(args, new StartupDefaults { ServiceName = "checker" }, setup =>
{
    var logger = setup.Loggers.CreateLogger(setup.ServiceName);
    var options = new RequestServiceOptions { Tag = "example.checker", Journal = setup.Store };
    return [new PostProcessingService(Transport.Open(setup.BusUri, logger), setup.ServiceName, setup.Arguments!.GetValue(primary)!, new Checker(), options, logger)];
}, primary);

internal sealed class Checker : IRequestHandler
{
    public Task<object?> OnRequest(string requestId, Request request, CancellationToken kill) =>
        Task.FromResult<object?>($"checked: {request.PrimaryResult}");
}
