using Hutch.Beamline;
using Hutch.Beamline.Placement;
using Hutch.Fleet.Investigation;
using Hutch.Fleet.Ssh;

namespace Hutch.Fleet.Placement;

/// <summary>Reaches the hosts of nodes by SSH, and puts this Hutch there if it is missing.</summary>
/// <param name="version">The version of this Hutch.</param>
/// <param name="program">The folder of this Hutch, which is copied if it is self-contained.</param>
public sealed class SshNodeConnector(string version, string program) : INodeConnector
{
    /// <summary>Where copies are there: one a version, so that none takes the files away from what runs.</summary>
    private const string Copies = "\"$HOME\"/.local/lib/hutch";

    /// <inheritdoc/>
    public async Task<INodeConnection> ConnectAsync(NodeEntry node, string folder, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(node);
        var ssh = new SshProgram(node.Host!, node.Ssh, folder);
        var (connection, problem) = await TryStartAsync(ssh, node, cancel).ConfigureAwait(false);
        if (connection is not null)
            return connection;
        if (node.Hutch is null && IsSelfContained)
        {
            await Bootstrap.CopyFolderAsync(ssh, program, Copy, $"{Copy}/bin", cancel).ConfigureAwait(false);
            (connection, problem) = await TryStartAsync(ssh, node, cancel).ConfigureAwait(false);
            return connection ?? throw new UserErrorException($"Hutch was copied to {node.Host}, but {problem}");
        }
        throw new UserErrorException($"{problem}; install this version ({version}) there{(node.Hutch is null ? "" : $" as {node.Hutch}")}, or run hutch up from a self-contained folder (eng/publish linux-x64 FOLDER), which copies itself");
    }

    private bool IsSelfContained => File.Exists(Path.Combine(program, "libcoreclr.so"));

    private string Copy => $"{Copies}/{version}";

    // The connection, or what is wrong with the Hutch there.
    private async Task<(SshNodeConnection? Connection, string? Problem)> TryStartAsync(SshProgram ssh, NodeEntry node, CancellationToken cancel)
    {
        var command = node.Hutch is { } named ? $"exec {HostShell.Quoted(named)} node"
            : $"[ -x {Copy}/Hutch.Cli ] && exec {Copy}/Hutch.Cli node; PATH=\"$PATH:/usr/local/bin:$HOME/.local/bin:$HOME/.dotnet/tools\"; exec hutch node";
        var connection = new SshNodeConnection(ssh.Start(command));
        try
        {
            if (await connection.GreetAsync(cancel).ConfigureAwait(false) is not { } greeting)
            {
                var (code, last) = await connection.EndAsync().ConfigureAwait(false);
                if (code == SshProgram.OwnFailure)
                    throw ssh.Unreachable(last, null);
                await connection.DisposeAsync().ConfigureAwait(false);
                return (null, $"{node.Hutch ?? "hutch"} does not run on {node.Host}: {(last.Length == 0 ? $"exit code {code}" : last)}");
            }
            if (greeting.Hutch == version)
                return (connection, null);
            await connection.DisposeAsync().ConfigureAwait(false);
            return (null, $"{node.Hutch ?? "hutch"} on {node.Host} has version {greeting.Hutch}");
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
