using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Fleet.Records;
using Hutch.Fleet.Ssh;
using Hutch.Fleet.Storage;

namespace Hutch.Fleet.Containers.Systemd;

/// <summary>Hosts without an engine: a container is a transient unit of the host's systemd, which is reached by SSH. Its image is a folder there, or nothing.</summary>
internal sealed class SystemdManager(string name, SystemdOptions options, ManagedNodes nodes, StorageClient records, SshRoutes routes, SshOptions ssh) : RecordedManager(name, nodes)
{
    private const int NotThere = 4;   // what this class's own scripts end with

    public override async Task StopAsync(string address, string name, CancellationToken cancel)
    {
        var unit = HostShell.Quoted(UnitOf(name));
        await RunAsync(address, $"systemctl stop {unit} && {{ systemctl reset-failed {unit} 2>/dev/null || :; }}", $"stopping {name}", cancel).ConfigureAwait(false);
    }

    protected override async Task<JsonObject> ProbeAsync(string address, CancellationToken cancel)
    {
        var said = await RunAsync(address, $"[ -d /run/systemd/system ] || {{ echo 'it was not booted with systemd' >&2; exit {NotThere}; }}; systemctl --version | sed -n '1s/^systemd \\([^ ]*\\).*/\\1/p'; systemctl is-system-running; systemctl list-units --state=failed --plain --no-legend | wc -l", "asking its systemd", cancel).ConfigureAwait(false);
        var lines = said.Split('\n', StringSplitOptions.TrimEntries);
        return new JsonObject { ["node"] = address, ["status"] = NodeState.Ok, ["systemd"] = lines[0], ["state"] = lines[1], ["failed_units"] = int.Parse(lines[2], CultureInfo.InvariantCulture) };
    }

    protected override async Task<Container> StartAsync(ContainerSpec spec, CancellationToken cancel)
    {
        if (spec.Command.Count == 0)
            throw new ContainerManagerException($"container {spec.Name}: a plain node needs a command; its image, {(spec.Image.Length == 0 ? "the node itself" : spec.Image)}, names none");
        if (spec.Image.Length > 0 && !spec.Image.StartsWith('/'))
            throw new ContainerManagerException($"container {spec.Name}: the image is {spec.Image}; on a plain node it must be the path of a folder there to use as its root, or nothing");
        string[] words =
        [
            "--quiet", "--remain-after-exit", $"--unit={UnitOf(spec.Name)}", $"--description={spec.Name} of Hutch's container manager {Name}", "--property=Type=exec",
            .. options.Properties.Select(p => $"--property={p}"),
            .. spec.Image.Length > 0 ? [$"--property=RootDirectory={spec.Image}"] : Array.Empty<string>(),
            .. spec.Environment.Keys.Select(v => $"--setenv={v}"),
            // systemd itself would put variables in place of what looks like one.
            "--", spec.Command[0], .. spec.Command.Skip(1).Select(w => w.Replace("$", "$$", StringComparison.Ordinal)),
        ];
        // Values of variables come by the standard input: a command line is seen by everybody there.
        // It begins with a line of its own, for nothing at all would not end.
        var variables = Encoding.UTF8.GetBytes("\n" + string.Concat(spec.Environment.Select(v => $"export {v.Key}={HostShell.Quoted(v.Value)}\n")));
        var unit = HostShell.Quoted(UnitOf(spec.Name));
        await RunAsync(spec.Address, $$"""
            [ "$(systemctl show --property=LoadState --value {{unit}})" = not-found ] || { echo 'it is there already; stop it first' >&2; exit {{NotThere}}; }
            run=$(command -v systemd-run) || { echo 'there is no systemd-run' >&2; exit {{NotThere}}; }
            ( eval "$(cat)"; exec "$run" {{string.Join(' ', words.Select(HostShell.Quoted))}} ) && exit
            # One that ran and ended at once has run. 200 and above are systemd's own reasons, for which it could not: systemd.exec(5).
            if systemctl is-failed --quiet {{unit}}; then
                s=$(systemctl show --property=ExecMainStatus --value {{unit}})
                [ "$s" -ge 200 ] || exit 0
                echo "systemd could not run it, status $s of systemd.exec(5); see there: journalctl -u "{{unit}} >&2
                systemctl reset-failed {{unit}}
            fi
            exit {{NotThere}}
            """, $"starting {spec.Name}", cancel, stream => stream.WriteAsync(variables, cancel).AsTask()).ConfigureAwait(false);
        return (await ListAsync(spec.Address, cancel).ConfigureAwait(false)).FirstOrDefault(c => c.Name == spec.Name) ?? new Container(spec.Name, spec.Address, spec.Image, Container.Waiting);
    }

    protected override async Task<IReadOnlyList<Container>> ListAsync(string address, CancellationToken cancel)
    {
        var shown = await RunAsync(address, $"systemctl show --property=Id,ActiveState,SubState,Result,ExecMainCode,ExecMainStatus,RootDirectory {HostShell.Quoted($"{UnitOf("*")}")}", "listing its units", cancel).ConfigureAwait(false);
        return [.. shown.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(unit => ContainerOf(address, unit)).OfType<Container>()];
    }

    private Container? ContainerOf(string address, string unit)
    {
        var properties = unit.Split('\n').Select(l => l.Split('=', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1]);
        string Of(string property) => properties.GetValueOrDefault(property, "");
        var prefix = UnitOf("*")[..^"*.service".Length];
        if (!Of("Id").StartsWith(prefix, StringComparison.Ordinal))
            return null;
        var container = new Container(Of("Id")[prefix.Length..^".service".Length], address, Of("RootDirectory"), Container.Waiting);
        var ended = (Of("ActiveState"), Of("SubState")) is ("active", "exited") or ("failed", _) or ("inactive", _);
        if (!ended)
            return Of("SubState") == "running" ? container with { State = Container.Running } : container;
        // CLD_EXITED is 1; else a signal ended it.
        var status = int.TryParse(Of("ExecMainStatus"), CultureInfo.InvariantCulture, out var number) ? number : 0;
        return container with { State = Container.Exited, ExitCode = Of("ExecMainCode") == "1" ? status : 128 + status, Reason = Of("Result") is "success" or "exit-code" ? "" : Of("Result") };
    }

    // The colon keeps names apart, for those of containers have none; a manager may be named otherwise than a unit.
    private string UnitOf(string container) => $"hutch:{string.Concat(Encoding.UTF8.GetBytes(Name).Select(b => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_' or (byte)'.' ? $"{(char)b}" : $"\\x{b:x2}"))}:{container}.service";

    private async Task<string> RunAsync(string address, string command, string what, CancellationToken cancel, Func<Stream, Task>? input = null)
    {
        try
        {
            var host = await records.FindAsync<Host>(address, cancel).ConfigureAwait(false) ?? throw new UserErrorException($"there is no record of host {address}; add it with: hutch fleet hosts add {address} --key FILE");
            using var shell = await HostShell.ConnectAsync(await routes.ToAsync(host, cancel).ConfigureAwait(false), ssh, cancel).ConfigureAwait(false);
            var result = await shell.RunAsync(command, cancel, input).ConfigureAwait(false);
            return result.ExitCode == 0 ? result.Output : throw new ContainerManagerException($"node {address}: {what} failed with exit code {result.ExitCode}: {result.LastLine}");
        }
        catch (UserErrorException error)
        {
            throw new ContainerManagerException($"node {address} of container manager {Name}: {error.Message}");
        }
    }
}
