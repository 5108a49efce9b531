using Hutch.Bus;
using Hutch.Hosting;
using HutchBus1;
using Microsoft.Extensions.Logging;

return ServiceProgram.Run(args, new StartupDefaults { ServiceName = "calculator" }, setup =>
[
    new Calculator(setup.BusUri, new BusOptions { Exchange = setup.BusExchange }, setup.Loggers.CreateLogger(setup.ServiceName)),
]);
