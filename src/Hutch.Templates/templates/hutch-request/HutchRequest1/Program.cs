using Hutch.Bus.Requests;
using Hutch.Bus.Transports;
using Hutch.Hosting;
using HutchRequest1;
using Microsoft.Extensions.Logging;

return ServiceProgram.Run(args, new StartupDefaults { ServiceName = "countdown" }, setup =>
{
    var logger = setup.Loggers.CreateLogger(setup.ServiceName);
    var options = new RequestServiceOptions { Tag = Countdown.Tag, Journal = setup.Store };
    return [new PrimaryService(Transport.Open(setup.BusUri, logger), setup.ServiceName, new Countdown(TimeSpan.FromSeconds(1), logger), options, logger)];
});
