using System.CommandLine;
using Hutch;
using Hutch.Bus;
using Hutch.Examples;
using Microsoft.Extensions.Logging;

var uri = new Option<string>("--bus-uri") { Description = "Where the bus is.", DefaultValueFactory = _ => "amqp://guest:guest@127.0.0.1:5672//" };
var exchange = new Option<string>("--bus-exchange") { Description = "Its topic exchange.", DefaultValueFactory = _ => BusOptions.DefaultExchange };
var processes = new Option<int>("--processes") { Description = "How many processes share the work.", DefaultValueFactory = _ => 1 };
var command = new RootCommand("A service on the bus with the methods add, wordy_add, echo and fail.") { uri, exchange, processes };
command.SetAction(options =>
{
    using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = false));
    var logger = loggers.CreateLogger("simple");
    try
    {
        return ServiceManager.Run(
            options.GetValue(processes),
            () => new SimpleService(options.GetValue(uri)!, new BusOptions { Exchange = options.GetValue(exchange)! }, logger),
            logger);
    }
    catch (UserErrorException error)
    {
        Console.Error.WriteLine(error.Message);
        return 1;
    }
});
return command.Parse(args).Invoke();
