using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Hutch.Fleet.Ssh;

namespace Hutch.Fleet.Investigation;

/// <summary>Makes a host a Hutch node.</summary>
internal sealed class Bootstrap(BootstrapOptions options)
{
    /// <summary>Copies, installs and starts what is configured. What is there already in the same version is left.</summary>
    /// <exception cref="UserErrorException">A step failed; the message says which.</exception>
    public async Task RunAsync(IHostShell shell, CancellationToken cancel)
    {
        if (options.Folder is { } folder)
            await CopyFolderAsync(shell, folder, "/opt/hutch", "/usr/local/bin", cancel).ConfigureAwait(false);
        else if (options.Deb is { } deb)
            await StepAsync(shell, $"installing {Path.GetFileName(deb)}",
                "f=$(mktemp /tmp/hutch-XXXXXX.deb) && cat >$f && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install $f; r=$?; rm -f $f; exit $r", cancel, FileOf(deb, cancel)).ConfigureAwait(false);
        if (options.Unit is { } unit)
        {
            var name = Path.GetFileName(unit);
            await StepAsync(shell, $"installing unit {name}",
                $"cat >/etc/systemd/system/{HostShell.Quoted(name)} && systemctl daemon-reload && systemctl enable --now {HostShell.Quoted(name)} && systemctl restart {HostShell.Quoted(name)}", cancel, FileOf(unit, cancel)).ConfigureAwait(false);
        }
        foreach (var command in options.Commands)
            await StepAsync(shell, $"command '{command}'", command, cancel).ConfigureAwait(false);
    }

    /// <summary>Copies a self-contained folder to a host, unless it is there.</summary>
    /// <param name="shell">The host.</param>
    /// <param name="folder">The folder here.</param>
    /// <param name="target">What it becomes there; a word of the shell.</param>
    /// <param name="bin">The folder there that gets the hutch command; a word of the shell.</param>
    /// <param name="cancel">Gives it up.</param>
    public static async Task CopyFolderAsync(IHostShell shell, string folder, string target, string bin, CancellationToken cancel)
    {
        var stamp = StampOf(folder);
        var there = await shell.RunAsync($"cat {target}/.hutch-stamp", cancel).ConfigureAwait(false);
        if (there.Output.Trim() == stamp)
            return;
        // Beside the old one, then in its place: what runs goes on with the files that it has open.
        await StepAsync(shell, $"copying {folder}",
            $"rm -rf {target}.new && mkdir -p {target}.new && tar -xzf - -C {target}.new && echo {stamp} >{target}.new/.hutch-stamp && rm -rf {target}.old && " +
            $"{{ [ ! -e {target} ] || mv {target} {target}.old; }} && mv {target}.new {target} && rm -rf {target}.old && mkdir -p {bin} && " +
            $"printf '#!/bin/sh\\nexec {target}/Hutch.Cli \"$@\"\\n' >{bin}/hutch && chmod 755 {bin}/hutch", cancel, async stream =>
            {
                await using var packed = new GZipStream(stream, CompressionLevel.Fastest);
                await TarFile.CreateFromDirectoryAsync(folder, packed, includeBaseDirectory: false, cancel).ConfigureAwait(false);
            }).ConfigureAwait(false);
    }

    private static async Task StepAsync(IHostShell shell, string what, string command, CancellationToken cancel, Func<Stream, Task>? input = null)
    {
        var result = await shell.RunAsync(command, cancel, input).ConfigureAwait(false);
        if (result.ExitCode != 0)
            throw new UserErrorException($"{what} failed with exit code {result.ExitCode}: {result.LastLine}");
    }

    private static Func<Stream, Task> FileOf(string path, CancellationToken cancel) => async stream =>
    {
        await using var file = File.OpenRead(path);
        await file.CopyToAsync(stream, cancel).ConfigureAwait(false);
    };

    private static string StampOf(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "Hutch.Cli")))
            throw new UserErrorException($"bootstrap.folder is {folder}, which has no Hutch.Cli; create it with: eng/publish linux-x64 FOLDER");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(f => f.FullName, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetRelativePath(folder, file.FullName)} {file.Length} {file.LastWriteTimeUtc.Ticks}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
