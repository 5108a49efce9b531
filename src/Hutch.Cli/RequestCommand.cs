using System.CommandLine;
using Hutch.Bus.Requests;
using Hutch.Bus.Transports;
using Hutch.Hosting;

namespace Hutch.Cli;

/// <summary><c>hutch request</c>: requests to std-daq services, and what happens to them.</summary>
internal static class RequestCommand
{
    public static Command Create() => new("request", "Send requests to services, kill them and watch their progress. Example: hutch request send psi.writer request.json --wait")
    {
        RequestSendCommand.Create(),
        RequestKillCommand.Create(),
        RequestMonitorCommand.Create(),
    };

    public static Option<string?> BusOption() => new("--bus", "--bus-uri", "--broker_url")
    {
        Description = $"The bus, or the host of a RabbitMQ broker (environment: {StartupVariables.BrokerHost}; default: {BusAddress.Default}).",
        HelpName = "URL",
    };

    public static Option<double> TimeoutOption(string description) => new("--timeout")
    {
        Description = description,
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 10,
    };

    public static ITransport Open(string? given) =>
        Transport.Open(BusAddress.Complete(given ?? (Environment.GetEnvironmentVariable(StartupVariables.BrokerHost) is { Length: > 0 } host ? host : BusAddress.Default)));

    /// <summary>Runs what needs the bus, and reports a bus that is away.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string command, string? bus, double timeout, Func<RequestClient, CancellationToken, Task<int>> action)
    {
        try
        {
            if (timeout is not (> 0 and <= 1e6))
                throw new UsageErrorException($"--timeout is {timeout}, but must be above 0 and at most 1000000");
            var transport = Open(bus);
            await using (transport)
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(timeout));
                try
                {
                    await transport.ConnectAsync(patience.Token);
                }
                catch (OperationCanceledException)
                {
                    throw new UserErrorException($"bus {transport.Address} cannot be reached within {timeout} s: {transport.Trouble ?? "it does not answer"}");
                }
                await using var client = new RequestClient(transport);
                return await action(client, patience.Token);
            }
        }
        catch (UserErrorException error)
        {
            return UserErrors.Report(command, error);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            Console.Error.WriteLine($"{command}: {(error is TimeoutException ? error.Message : $"not done within {timeout} s")}");
            return 1;
        }
    }
}
