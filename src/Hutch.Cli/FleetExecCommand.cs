using System.CommandLine;

namespace Hutch.Cli;

/// <summary><c>hutch fleet exec CLUSTER -- CMD</c>: runs a command on every host of a cluster.</summary>
internal static class FleetExecCommand
{
    public static Command Create()
    {
        var words = new Argument<string[]>("CMD") { Description = "The command, after --; its words are joined with spaces and run by sh, as with ssh.", Arity = ArgumentArity.OneOrMore };
        return FleetOperationArguments.Command("exec", "run", "Run a command on the hosts of a cluster, one batch after another.", "hutch fleet exec beamline --batch 4 -- systemctl is-active hutch-beamline",
            [words], options => new { command = string.Join(' ', options.GetValue(words)!) });
    }
}
