using Hutch.Examples.Services;
using Hutch.Services;
using Hutch.Services.Hosting;
using Hutch.Services.Logging;
using Hutch.Services.Processes;
using Hutch.Services.Scopes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using static Hutch.Services.ServiceRegistry;

// Every style of a service, one after the other: dotnet run --project examples/services -- threads|process|function|host
using var loggers = LoggerFactory.Create(l => l.AddHutch());
switch (args.FirstOrDefault() ?? "threads")
{
    case "threads": // two classes in this process, attached to a node
        using (var node = new Node("hutch-1", new Cluster("beamline")))
        {
            var thermometer = new Thermometer("thermometer", loggers.CreateLogger("example")) { Scope = node };
            var alarm = new Alarm("alarm", thermometer, loggers.CreateLogger("example")) { Scope = node };
            thermometer.Start();
            alarm.Start();
            Thread.Sleep(2000);
            Console.WriteLine($"without living dependants: {FindServicesFromAllSources().Alive().FindNoAliveDependants()}");
        } // both end here: the alarm first
        break;

    case "process": // the same class in a process of its own
        var inProcess = ProcessService.Hosting<Thermometer>("thermometer", new { interval = 0.5 }, loggers.CreateLogger("example"));
        inProcess.Start();
        Thread.Sleep(2000);
        FindServicesFromAllSources().FindByContainer(ServiceContainer.Process).Alive().Kill();
        Console.WriteLine(inProcess);
        break;

    case "function": // a function is enough
        var ticks = 0;
        using (var ticker = new DelegateService("ticker", _ => Console.WriteLine($"tick {++ticks}")) { Interval = TimeSpan.FromMilliseconds(300) })
        {
            ticker.Start();
            Thread.Sleep(1000);
        }
        break;

    case "host": // in a generic host, or an ASP.NET application
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddHutchService<Thermometer>("thermometer").AddHutchService<Alarm>("alarm");
        await builder.Build().RunAsync();
        break;
}
