using System.CommandLine;
using Hutch.Installation;
using Hutch.Installation.Hosting;
using Hutch.Installation.Windows;

namespace Hutch.Cli;

/// <summary><c>hutch service-host FILE</c>: what the launcher of an installed service calls.</summary>
internal static class ServiceHostCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The file that describes what the service runs." };
        var scm = new Option<bool>("--scm") { Description = "Respond to the Windows service control manager." };
        var command = new Command("service-host", "Run an installed service; called by its launcher. Example: hutch service-host /var/lib/hutch/services/writer.json") { file, scm };
        command.Hidden = true;
        command.SetAction(options => BeamlineCalls.Run("hutch service-host", () =>
        {
            var spec = UnitSpec.Read(options.GetValue(file)!);
            var host = new UnitHost(spec, Programs.All, (s, o) => BeamlineForeground.Run(s.Target, live: false, s.Only, o));
            return options.GetValue(scm) ? ServiceDispatcher.Run(spec.Name, (stop, ready) => host.Run(ready, stop)) : host.Run(() => { }, CancellationToken.None);
        }));
        return command;
    }
}
