using Hutch.Hosting;
using HutchService1;
using Microsoft.Extensions.Logging;

// Name, configuration, bus, store and log are found as docs/hosting.md says; --help lists the options.
return ServiceProgram.Run(args, new StartupDefaults { ServiceName = "HutchService1" }, setup =>
[
    new Worker(setup.ServiceName, setup.Loggers.CreateLogger(setup.ServiceName)) { Interval = TimeSpan.FromSeconds((double?)setup.Config["interval_s"] ?? 1) },
]);
