using Hutch.Bus;
using Hutch.Tests.Peers;
using Microsoft.Extensions.Logging;

// BusWorker URL EXCHANGE NAME PROCESSES: a service that a test may kill.
using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole());
var logger = loggers.CreateLogger("worker");
return ServiceManager.Run(int.Parse(args[3]), () => new WorkerService(args[0], args[1], args[2], logger), logger);
