using System.Text.Json;
using Hutch.Tracing;
using Microsoft.Extensions.Logging;

namespace Hutch.Services.Processes;

/// <summary>
/// Hosts a service type in a process of its own: the same executable is started again with a start-up hook of the runtime,
/// which leads here instead of to its Main.
/// </summary>
internal static class ChildMain
{
    private const string HookVariable = "DOTNET_STARTUP_HOOKS";
    private const string HostVariable = "HUTCH_HOST";

    /// <summary>The command line that leads to <see cref="RunIfAsked"/>.</summary>
    public static ProcessCommand Command(IReadOnlyDictionary<string, string>? added)
    {
        var (file, arguments) = SelfCommand.Get();
        var environment = new Dictionary<string, string>(added ?? new Dictionary<string, string>());
        var others = Environment.GetEnvironmentVariable(HookVariable);
        environment[HookVariable] = string.IsNullOrEmpty(others) ? "Hutch" : $"Hutch{Path.PathSeparator}{others}";
        environment[HostVariable] = "1";
        return new ProcessCommand(file, arguments) { Environment = environment, IsHutchProgram = true };
    }

    /// <summary>Called before Main. Does not return in a process that was started to host a service.</summary>
    public static void RunIfAsked()
    {
        if (Environment.GetEnvironmentVariable(HostVariable) is null || ParentLink.Current is not { } link)
            return;
        Environment.SetEnvironmentVariable(HostVariable, null);
        Environment.SetEnvironmentVariable(HookVariable, null);
#pragma warning disable RS0030 // the host of a service in a process of its own ends here; the program behind Main must not run
        Environment.Exit(Run(link));
#pragma warning restore RS0030
    }

    private static int Run(ParentLink link)
    {
        using (link)
        {
            using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(new ParentLoggerProvider(link)));
            try
            {
                if (link.ReceiveHost() is not { } order)
                    return 1;
                var service = ServiceActivator.Create(
                    ServiceActivator.FindType(order.Type!, order.Assembly), order.Name!, order.Configuration, loggers);
                return Host(service, link);
            }
            catch (Exception error)
            {
                link.SendFailure(error);
                return 1;
            }
        }
    }

    private static int Host(Service service, ParentLink link)
    {
        using var traces = TraceExport.Start(service.ServiceName);
        link.StopAsked += service.Stop;
        link.Listen();
        service.Start();
        var report = new ParentReport(link, [service]);
        while (!service.WaitTillStopped(report.Wait))
            report.Poll();
        if (service.State != ServiceState.Failed)
            return 0;
        link.SendFailure(service.LastError!);
        return 1;
    }
}
