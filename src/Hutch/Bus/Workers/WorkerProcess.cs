using Hutch.Hosting;
using Hutch.Services;

namespace Hutch.Bus.Workers;

/// <summary>The worker's side of a <see cref="ServiceManager"/>.</summary>
internal static class WorkerProcess
{
    /// <summary>Runs one service until standard input ends or a signal asks for the end.</summary>
    /// <returns>0 if it ended as it was asked to, 1 if it failed.</returns>
    public static int Run(BusService service, TextWriter errors)
    {
        using var asked = new ManualResetEventSlim();
        using var signals = new StopSignals(asked.Set);
        var watcher = new Thread(() => WaitForManager(asked, service.Options.StopTimeout)) { IsBackground = true, Name = "manager watch" };
        watcher.Start();
        try
        {
            service.Start();
            while (!asked.Wait(50) && service.State is not (ServiceState.Failed or ServiceState.Stopped))
            {
                // Waits for the one or the other.
            }
        }
        catch (Exception error)
        {
            errors.WriteLine(error);
            return 1;
        }
        service.Stop();
        service.WaitTillStopped(Timeout.InfiniteTimeSpan);
        if (service.State != ServiceState.Failed)
            return 0;
        errors.WriteLine(service.LastError);
        return 1;
    }

    private static void WaitForManager(ManualResetEventSlim asked, TimeSpan patience)
    {
        using var input = Console.OpenStandardInput();
        Span<byte> nothing = stackalloc byte[1];
        while (input.Read(nothing) > 0)
        {
            // Nobody writes; the end is what counts.
        }
        asked.Set();
        // A method that cannot be cancelled must not keep a worker alive that nobody manages.
#pragma warning disable RS0030 // there is nothing to wait for but the time
        Thread.Sleep(patience + TimeSpan.FromSeconds(10));
#pragma warning restore RS0030
#pragma warning disable RS0030 // the last resort
        Environment.Exit(1);
#pragma warning restore RS0030
    }
}
